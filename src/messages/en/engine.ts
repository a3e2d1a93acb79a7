/** What the training engine reports, in words. */
export const engine = {
  /** Why an engine can’t train here, after “… can’t train here: ”; keys are the engine’s own codes. */
  problems: {
    'no-webassembly': 'this browser has no WebAssembly.',
    'wasm-refused': 'this browser refuses to run WebAssembly for the page.',
    'no-webgl2': 'this browser offers no WebGL 2.',
    'float16-only': 'the graphics chip computes with 16-bit numbers only, too coarse to learn with.',
    'webgl-refused': 'WebGL could not be started.',
    'software-renderer': 'it has no graphics chip to run on, and emulating one on the processor is slower.',
    'context-lost': 'the browser took the graphics chip away again and again.',
    'tfjs-refused': 'TensorFlow.js could not be started.',
    'model-refused': 'this model is none that it can take.',
    'wrong-numbers': 'it computed wrong numbers on a batch whose numbers are known.',
  },
};
