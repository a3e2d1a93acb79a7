import type { APIRoute } from 'astro';
import { typeset } from '../../components/stage/typeset.ts';
import { cells } from '../../lib/cells/index.ts';

/** The listed cells' equations as HTML, made at build: the lab opens the stage on whichever was trained. */
export const GET: APIRoute = () =>
  Response.json(Object.fromEntries(cells.map(({ id, equations, roles }) => [id, typeset(equations, roles)])));
