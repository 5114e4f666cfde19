/** What a name means where it stands: scopes from the inside out, then the module, through imports and re-exports. */
import { NO_SPAN } from '../facts/span.js';
import { attributeOf } from './access.js';
import { shapeOf } from './aliases.js';
import type { Flow } from './evaluate.js';
import { libraryName } from './libraries.js';
import { bindPattern } from './patterns.js';
import type { Binding, Env, ModuleRef } from './program.js';
import { preferKnown, union } from './unions.js';
import { isInformative } from './value-keys.js';
import { ANY, type ClassRef, type Value } from './value.js';
import { Vars } from './vars.js';

/** Libraries of Python of which code takes all names at once (`from sqlalchemy import *`), and what Python itself has under names that none of them gives. */
const GIVES_ALL = /^(sqlalchemy|sqlmodel|django\.db\.models|django\.contrib\.postgres|rest_framework|psycopg2?|asyncpg)(\.|$)/;
const BUILT_IN = new Set(
  'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip self cls Exception ValueError KeyError TypeError RuntimeError NotImplementedError AttributeError IndexError'.split(
    ' ',
  ),
);

/** Stands for a name while it is being evaluated. */
const ASKED = Symbol('asked');

export class Names {
  /** Top-level names by module: looked up more often than anything else. */
  private readonly known = new Map<ModuleRef, Map<string, Value | null | typeof ASKED>>();
  /** Names that are being evaluated. */
  private pending = 0;
  /** How often one of these was asked for, which tells nothing then. */
  private circles = 0;
  /** Names that came out as unknown because of that: by themselves they may be known. */
  private undecided: { readonly names: Map<string, unknown>; readonly name: string }[] = [];

  constructor(private readonly flow: Flow) {}

  /** Whether a name is being evaluated: what is asked for meanwhile may come out otherwise later. */
  get isPending(): boolean { return this.pending > 0; }

  clear(): void {
    this.known.clear();
  }

  /** The value a name has in a scope; null when nothing binds it. A class body's names are seen only from that body itself. */
  lookup(name: string, env: Env): Value | null {
    for (let scope: Env | null = env, inner = true; scope; scope = scope.parent, inner = false) {
      if (scope.kind === 'class' && !inner) continue;
      const value = scope.vars.get(name);
      if (value !== undefined) return value;
      if (scope.kind === 'module') return this.ofModule(scope.module, name);
      if (scope.kind === 'class' && scope.owner) {
        const member = this.classBodyName(scope.owner, name);
        if (member) return member;
      }
    }
    return null;
  }

  private classBodyName(cls: ClassRef, name: string): Value | null {
    for (const stmt of cls.cls.body) {
      // `update = update`: what the body gives the name is what it is outside.
      if (stmt.k === 'set' && stmt.value?.k === 'name' && stmt.value.id === name) continue;
      if (stmt.k === 'set' && stmt.value && stmt.target.k === 'name' && stmt.target.id === name)
        return this.flow.memoOf<Value>('field', cls, name, () => this.flow.peek(stmt.value!, cls.env), ANY);
      if (stmt.k === 'class' && stmt.cls.name === name) return this.flow.classValue(this.flow.classRef(stmt.cls, cls.env));
      if (stmt.k === 'def' && stmt.fn.name === name) return { k: 'fn', fn: this.flow.fnRef(stmt.fn, cls.env, cls) };
    }
    return null;
  }

  /** A top-level name of a module, through imports and re-exports; null when it has none of that name. */
  ofModule(module: ModuleRef, name: string): Value | null {
    let names = this.known.get(module);
    if (!names) this.known.set(module, (names = new Map()));
    const known = names.get(name);
    if (known === ASKED) { this.circles += 1; return null; }
    if (known !== undefined) return known;
    names.set(name, ASKED);
    this.pending += 1;
    const { circles } = this;
    const value = this.topLevel(module, name);
    this.pending -= 1;
    names.set(name, value);
    if (this.pending === 0) this.forgetUndecided();
    else if (this.circles > circles && (value === null || value.k === 'any')) this.undecided.push({ names, name });
    return value;
  }

  /** What was asked for is known; what was unknown on the way there is looked up anew when it is asked for. */
  private forgetUndecided(): void {
    for (const { names, name } of this.undecided) names.delete(name);
    this.undecided = [];
  }

  private topLevel(module: ModuleRef, name: string): Value | null {
    const bindings = module.bindings.get(name);
    if (bindings) return union(bindings.map((binding) => this.flow.quiet(() => this.bindingValue(module, binding, name))));
    let [library, unknown]: (Value | null)[] = [null, null];
    for (const star of module.stars) {
      const path = this.flow.resolveModule(module.path, star, module.language);
      const target = path === null ? null : this.flow.moduleAt(path);
      const value = target && target !== module ? this.ofModule(target, name) : null;
      // One of several modules may only import the name from here, as its types do.
      if (value && value.k !== 'any') return value;
      unknown ??= value;
      // `export * from 'library'`: a name that nothing else has is the library's.
      if (path === null && (module.language === 'typescript' || (GIVES_ALL.test(star) && !BUILT_IN.has(name))))
        library ??= { k: 'ext', module: libraryName(star), name };
    }
    return unknown ?? library;
  }

  private bindingValue(module: ModuleRef, binding: Binding, name: string): Value {
    switch (binding.k) {
      case 'import': return this.imported(module, binding.stmt.module, binding.name.name);
      case 'def': return { k: 'fn', fn: this.flow.fnRef(binding.fn, module.env, null) };
      case 'class': return this.flow.classValue(this.flow.classRef(binding.cls, module.env));
      case 'type': {
        const value = this.flow.type(binding.stmt.value, module.env);
        return value.k === 'dict' && module.language === 'typescript'
          ? { ...value, part: { cls: this.flow.classRef(shapeOf(binding.stmt), module.env), path: '' } }
          : value;
      }
      case 'alias': return this.ofModule(module, binding.of) ?? ANY;
      case 'set': {
        const { stmt } = binding;
        if (!stmt.value) return stmt.type ? this.flow.type(stmt.type, module.env) : ANY;
        const value = this.flow.expr(stmt.value, module.env);
        if (binding.target.k === 'name') return isInformative(value) || !stmt.type ? value : preferKnown(this.flow.type(stmt.type, module.env), value);
        const bound = new Vars();
        bindPattern(this.flow, binding.target, value, { ...module.env, vars: bound, kind: 'function' });
        return bound.get(name) ?? ANY;
      }
    }
  }

  /** What `name` imported from `module` is; `*` is the module itself. */
  imported(from: ModuleRef, module: string, name: string): Value {
    const path = this.flow.resolveModule(from.path, module, from.language);
    const target = path === null ? null : this.flow.moduleAt(path);
    if (name === '*') return target ? this.exported(target) ?? { k: 'module', module: target } : { k: 'ext', module: libraryName(module), name: null };
    if (target) {
      const value = target.path === from.path ? null : this.ofModule(target, name);
      if (value) return value;
      const whole = target.path === from.path ? null : this.exported(target);
      if (whole) return this.flow.quiet(() => attributeOf(this.flow, whole, name, target.env, NO_SPAN));
      if (name === 'default' && from.language === 'typescript') return { k: 'module', module: target };
    }
    if (from.language === 'python') {
      const submodule = this.flow.resolveModule(from.path, module.endsWith('.') ? `${module}${name}` : `${module}.${name}`, 'python');
      const sub = submodule === null ? null : this.flow.moduleAt(submodule);
      if (sub) return { k: 'module', module: sub };
    }
    return target || path !== null ? ANY : this.flow.carried.lookedUp(`${module}.${name}`) ?? { k: 'ext', module: libraryName(module), name };
  }

  /** What `module.exports = …` gives instead of the module's names; null where it gives names or nothing that is known. */
  private exported(target: ModuleRef): Value | null {
    const isWhole =
      target.language === 'typescript' &&
      target.bindings.get('default')?.some((binding) => binding.k === 'set' && binding.stmt.target.k === 'attr' && binding.stmt.target.name === 'exports') ===
        true;
    const value = isWhole ? this.ofModule(target, 'default') : null;
    return value === null || value.k === 'any' || (value.k === 'dict' && value.entries.size > 0) ? null : value;
  }
}
