import { describe, expect, it } from 'vitest';
import type { Expr, Stmt } from '../../src/facts/code.js';
import { pageOf } from '../../src/syntax/pages.js';
import { textAt } from '../../src/facts/span.js';

/** Expressions and statements of a template, in short. */
function read(text: string, path = 'page.html'): { params: readonly string[]; body: string } | null {
  const made = pageOf(path, text);
  return made && { params: made.page.params, body: made.page.body.map(stmt).join('; ') };
}

function stmt(of: Stmt): string {
  switch (of.k) {
    case 'expr': return expr(of.value);
    case 'set': return `${expr(of.target)} = ${expr(of.value!)}`;
    case 'loop': return `for ${expr(of.target!)} in ${expr(of.iter!)} { ${of.body.map(stmt).join('; ')} }`;
    case 'if': return `if ${expr(of.test)} { ${of.then.map(stmt).join('; ')} } else { ${of.else.map(stmt).join('; ')} }`;
    case 'def': return `def ${of.fn.name} { ${of.fn.body.map(stmt).join('; ')} }`;
    default: return of.k;
  }
}

function expr(of: Expr): string {
  switch (of.k) {
    case 'name': return of.id;
    case 'lit': return JSON.stringify(of.v);
    case 'item': return `${expr(of.of)}[${expr(of.key)}]`;
    case 'attr': return `${expr(of.of)}.${of.name}`;
    case 'list': return of.items.map(expr).join(', ');
    case 'op': return `(${of.args.map(expr).join(` ${of.op} `)}${of.args.length === 1 ? ` ${of.op}` : ''})`;
    case 'cond': return `${expr(of.then)} if ${expr(of.test)} else ${expr(of.else)}`;
    case 'other': return `[${of.parts.map(expr).join(' ')}]`;
    case 'comp': return `{ ${expr(of.value)} for ${expr(of.clauses[0]!.target)} in ${expr(of.clauses[0]!.iter)} }`;
    case 'dict': return of.entries.map((entry) => `${expr(entry.key!)}: ${expr(entry.value)}`).join(', ');
    case 'call': return of.fn.k === 'name' && of.fn.id === '{get}' ? `${expr(of.args[0]!.value)}/${String((of.args[1]!.value as Expr & { k: 'lit' }).v)}` : `${expr(of.fn)}(${of.args.map((arg) => `${arg.name ? `${arg.name}=` : ''}${expr(arg.value)}`).join(', ')})`;
    default: return of.k;
  }
}

describe('templates', () => {
  it.each([
    ['{{ order.lines.0.price|floatformat:2 }}', 'order/lines[0]/price'],
    ['{{ order.total|default:order.sum }}', '{filter}(order/total, order/sum)'],
    ['{{ order.lines|length }}', '[order/lines]'],
    ['{{ order.total(tax=rate) }}', 'order.total(tax=rate)'],
    ['{{ order["code"] ~ "-" ~ order.no }}', '((order["code"] + "-") + order/no)'],
    ['{{ order.code if order.is_open is not none else "" }}', 'order/code if (order/is_open is) else ""'],
    ['{% for key, value in pairs.items %}{{ value }}{% empty %}{{ none_yet }}{% endfor %}', 'for key, value in pairs/items { value }; none_yet'],
    ['{% if a.x and not b.y == 1 %}{{ c }}{% else %}{{ d }}{% endif %}', 'if (a/x and ((b/y not) == 1)) { c } else { d }'],
    ['{% with total=order.total code=x %}{{ total }}{% endwith %}{{ y }}', 'total = order/total; code = x; total; y'],
    ['{% with order.total as total %}{{ total }}{% endwith %}', 'total = order/total; total'],
    ['{% set rows = order.rows %}{{ rows }}', 'rows = order/rows; rows'],
    ['{% include "row.html" with item=line only %}', '{include}("row.html", item=line)'],
    ['{% extends "base.html" %}{{ a }}', '{include}("base.html"); a'],
    ['{% url "order" order.pk tab=order.tab as link %}', '"order"; order/pk; order/tab'],
    ['{% regroup rows by city.name as cities %}', 'cities = { "grouper": {row}/city/name, "list": rows for {row} in rows }'],
    ['{% macro cell(row, width=2) %}{{ row.value }}{% endmacro %}{{ cell(x) }}', 'def cell { row/value }; cell(x)'],
    ['{# a.b #}{% comment %}{{ a.c }}{% endcomment %}{{ a.d }}', 'a/d'],
    ['{% library_tag a.b: c %}{{ a.d }}', 'a/d'],
    ['{% for x in rows %}{{ x.a }}', 'for x in rows { x/a }'],
  ])('%s', (text, body) => { expect(read(text)?.body).toBe(body); });

  it('is given all names but those of its macros', () => {
    expect(read('{% macro cell(row) %}{{ row.v }}{% endmacro %}{% for x in xs %}{{ cell(x) }}{{ y.z }}{% endfor %}')?.params).toEqual(['row', 'x', 'xs', 'y']);
  });

  it('keeps the words of tags apart from those of the text around them', () => {
    const made = pageOf('page.html', '<p class="big">{{ order.code }}</p>{% odd order.note %}');
    expect(made?.page.names).toEqual(['code', 'note', 'order']);
    expect(made?.rest).toBe('<p class="big"> </p> ');
  });

  it('gives places in the file', () => {
    const text = '<p>{{ order.code }}</p>{% if  order.open %}x{% endif %}';
    const [shown, asked] = pageOf('page.html', text)!.page.body as readonly [Stmt & { k: 'expr' }, Stmt & { k: 'if' }];
    const nameOf = (of: Expr) => textAt(text, (of as Expr & { k: 'call' }).args[1]!.value.at);
    expect(nameOf(shown.value)).toBe('code');
    expect(nameOf(asked.test)).toBe('open');
  });

  it('reads no file that is none', () => {
    expect(pageOf('a.css', '{{ a.b }}')).toBeNull();
    expect(pageOf('a.html', '<p>a.b</p>')).toBeNull();
  });
});
