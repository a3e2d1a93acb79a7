import { describe, expect, it } from 'vitest';
import { casesOf } from './cases.ts';
import { readOptions } from './options.ts';

describe('options', () => {
  it('measures every case on every engine that needs no Python where nothing is said', () => {
    const { task, grid, engines } = readOptions([]);
    expect(task).toBe('batches');
    expect(casesOf(grid).length).toBe(12);
    expect(engines).toEqual([
      'unrolled-webgl',
      'unrolled-wasm',
      'tfjs-layers-webgl',
      'tfjs-layers-webgl-sparse',
      'tfjs-layers-wasm',
    ]);
  });

  it('takes the quick case, a Python and lists', () => {
    const quick = readOptions(['--quick', '--python', 'python3']);
    expect(casesOf(quick.grid)).toMatchObject([{ cell: 'lstm', steps: 80, units: 32, batch: 32 }]);
    expect(quick.engines).toContain('pytorch-cpu');
    const chosen = readOptions(['--cells', 'gru, lstm', '--units', '3', '--engines', 'unrolled-wasm']);
    expect(chosen.grid).toEqual({ cells: ['lstm', 'gru'], steps: [80, 200], units: [3] });
    expect(chosen.engines).toEqual(['unrolled-wasm']);
  });

  it.each([
    [['--fast'], /--fast/],
    [['sleep'], /no task "sleep"; the tasks are batches/],
    [['stage', 'batches'], /one task at a time/],
    [['--python', '/nowhere/python'], /nothing is there/],
    [['--python'], /--python/],
    [['--engines', 'unrolled-wasm,theano'], /"theano"; there are unrolled-webgl/],
    [['--engines', 'pytorch-cpu'], /needs --python/],
    [['--cells', 'toString'], /"toString"/],
    [['--rounds', '4'], /--rounds is "4"; expected a whole number from 5/],
    [['--units', '0'], /--units is "0"/],
    [['--steps', '80,many'], /--steps is "many"/],
    [['--json', '/nowhere/bench.json'], /no folder \/nowhere/],
    [['--json', '/'], /which is a folder/],
  ])('refuses %j in words', (given, words) => {
    expect(() => readOptions(given)).toThrow(words);
  });
});
