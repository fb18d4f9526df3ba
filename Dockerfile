# The app for any host of containers:
#   docker build -t modou . && docker run --rm -p 7860:7860 modou
FROM python:3.11-slim

# Where torch comes from: its CPU build is a tenth of the size. For a GPU: --build-arg TORCH_INDEX=https://pypi.org/simple
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 modou
WORKDIR /app

# The libraries first: they change seldom, and the layers below are small.
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --extra-index-url "$TORCH_INDEX" -r requirements.txt

COPY assets ./assets
COPY core ./core
# Of the recipes only what the Triples tab runs: a head for the visitor's own relations.
COPY training/*.py ./training/
COPY training/triples ./training/triples
COPY demos ./demos
COPY app.py LICENSE ./
# The user may not write here, so Python could not keep what it has compiled.
RUN python -m compileall -q app.py core demos training

USER modou
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_ANALYTICS_ENABLED=False PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
CMD ["python", "app.py"]
