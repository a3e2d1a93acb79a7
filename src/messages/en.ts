/**
 * Every text of the interface in English, a folder a language, a file a section; a text with numbers in it is a
 * function. Minus is U+2212. Import it as `import * as en`: a bundle then carries only the sections that it names.
 */
export { engine } from './en/engine.ts';
export { home } from './en/home.ts';
export { lab } from './en/lab.ts';
export { lesson } from './en/lesson.ts';
export { site } from './en/site.ts';
export { stage } from './en/stage.ts';
