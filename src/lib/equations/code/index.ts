import { keras } from './keras.ts';
import type { CodeDialect } from './listing.ts';
import { numpy } from './numpy.ts';
import { pytorch } from './pytorch.ts';
import { tfjs } from './tfjs.ts';

/** THE list: a dialect that stands here has its tab in the code view. */
export const DIALECTS: readonly CodeDialect[] = [numpy, pytorch, keras, tfjs];
