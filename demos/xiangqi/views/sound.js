// A wooden knock made on the spot, so that no file has to be fetched.
export const makeSound = () => {
  /** @type {AudioContext | null} */
  let audio = null;
  /** @param {boolean} strong */
  const knock = (strong) => {
    audio = audio || new AudioContext();
    const [now, length] = [audio.currentTime, strong ? 0.16 : 0.09];
    const buffer = audio.createBuffer(1, audio.sampleRate * length, audio.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = (Math.random() * 2 - 1) * (1 - i / samples.length) ** 6;
    const source = audio.createBufferSource();
    const wood = audio.createBiquadFilter();
    const volume = audio.createGain();
    source.buffer = buffer;
    wood.type = "bandpass";
    wood.frequency.value = strong ? 620 : 1050;
    volume.gain.setValueAtTime(strong ? 0.9 : 0.6, now);
    source.connect(wood).connect(volume).connect(audio.destination);
    source.start(now);
  };
  return knock;
};
