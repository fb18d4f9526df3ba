"""What reaches into Gradio and Starlette, and what a host watches."""
