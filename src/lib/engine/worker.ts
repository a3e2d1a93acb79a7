import { expose } from 'comlink';
import { startEngine } from './start.ts';
import { openStudio } from './studio.ts';

// `fetch` keeps its receiver: called as a method of another object, a browser refuses it.
expose(openStudio(startEngine, { fetch: (...request) => fetch(...request) }));
