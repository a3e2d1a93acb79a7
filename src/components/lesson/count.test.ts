import { expect, it } from 'vitest';
import { listen as listenToChoices } from './choice.ts';
import { listen, wholeNumber } from './count.ts';

it('reads whole numbers however their thousands are set apart', () => {
  for (const text of ['2112', ' 2,112 ', '2 112', '2.112', "2'112", '2\u202f112'])
    expect(wholeNumber(text)).toBe(2112);
  for (const text of ['', 'about 2000', '21,12', '2.5', '-3', '1e3', '9'.repeat(16)])
    expect(wholeNumber(text)).toBeUndefined();
});

it('answers the right number, a known mistake and any other, and asks for a number where there is none', () => {
  document.body.innerHTML = `<form data-count><input name="number" /><div data-said></div>
    ${['none', '42', '7', 'otherwise'].map((name) => `<template data-say="${name}">said ${name}</template>`).join('')}</form>`;
  listen(document);
  const field = document.querySelector('input');
  const send = (text: string) => {
    if (field !== null) field.value = text;
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    return document.querySelector('[data-said]')?.textContent;
  };
  expect(send('')).toBe('said none');
  expect(send('42')).toBe('said 42');
  expect(send('7')).toBe('said 7');
  expect(send('8')).toBe('said otherwise');
});

it('says of a choice what belongs to it, and asks for one where there is none', () => {
  document.body.innerHTML = `<form data-choice><input type="radio" name="a" value="0" /><input type="radio" name="a" value="1" />
    <div data-said></div>${['none', '0', '1'].map((name) => `<template data-say="${name}">said ${name}</template>`).join('')}</form>`;
  listenToChoices(document);
  const send = () => {
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    return document.querySelector('[data-said]')?.textContent;
  };
  expect(send()).toBe('said none');
  const second = document.querySelectorAll('input')[1];
  if (second !== undefined) second.checked = true;
  expect(send()).toBe('said 1');
});
