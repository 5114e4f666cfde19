/** Applications and settings: labels, the user model, the type of implicit keys. */
import { text } from '../../flow/arguments.js';
import { ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { ProgramView } from '../dialect.js';
import { folderOf } from '../shared/paths.js';
import { hasBase, shortName } from './names.js';

export interface Apps {
  /** The label of the application a module belongs to. */
  label(path: string): string;
  /** `app.Model` of settings.AUTH_USER_MODEL. */
  readonly userModel: string;
  /** The class of an implicit primary key in that application. */
  autoField(path: string): string;
}

interface App { readonly folder: string; readonly label: string; readonly autoField: string | null }

/** Reads the application configurations and settings modules of the repository. */
export function readApps(view: ProgramView): Apps {
  const { flow } = view;
  const configured = view.classes
    .filter((cls) => hasBase(flow, cls, (base) => base.k === 'ext' && shortName(base) === 'AppConfig'))
    .flatMap((cls) => appOf(flow, cls));
  const folders = new Set(view.modules.filter((module) => module.language === 'python').flatMap((module) => appFolder(module.path)));
  const settings = view.modules.filter(isSettings);
  const setting = (name: string): string | null =>
    settings.map((module) => text(lastValue(flow.moduleName(module, name)))).find((value) => value !== null) ?? null;
  const autoField = setting('DEFAULT_AUTO_FIELD');
  const appAt = (path: string): App | null => {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const found = configured.find((app) => app.folder === folder);
      if (found) return found;
      if (folders.has(folder)) return { folder, label: nameOf(folder), autoField: null };
      if (folder === '') return null;
    }
  };
  return {
    label: (path) => appAt(path)?.label ?? nameOf(folderOf(path)),
    userModel: setting('AUTH_USER_MODEL') ?? 'auth.User',
    // https://docs.djangoproject.com/en/5.0/ref/settings/#default-auto-field
    autoField: (path) => shortPath(appAt(path)?.autoField ?? autoField ?? 'AutoField'),
  };
}

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('/') + 1);
const shortPath = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** `label` defaults to the last part of `name`: https://docs.djangoproject.com/en/5.0/ref/applications/#django.apps.AppConfig.label */
function appOf(flow: Flow, cls: ClassRef): readonly App[] {
  const constant = (name: string): string | null => {
    const member = ownMembers(flow, cls).get(name);
    return member?.k === 'field' && member.stmt.value ? text(lastValue(flow.peek(member.stmt.value!, cls.env))) : null;
  };
  const name = constant('name');
  const label = constant('label') ?? (name ? shortPath(name) : null);
  return label ? [{ folder: folderOf(cls.module.path), label, autoField: constant('default_auto_field') }] : [];
}

/** The folder of an application that has no configuration: where its models or migrations are. */
function appFolder(path: string): readonly string[] {
  const match = /^(.*?)\/?(?:models\.py|models\/__init__\.py|migrations\/__init__\.py)$/.exec(path);
  // A package of models may hold a module of that name: `sales/models/models.py` makes no application `models`.
  return match && nameOf(match[1]!) !== 'models' ? [match[1]!] : [];
}

function isSettings(module: ModuleRef): boolean {
  return module.language === 'python' && ['INSTALLED_APPS', 'AUTH_USER_MODEL', 'DEFAULT_AUTO_FIELD'].some((name) => module.bindings.has(name));
}

/** Of several assignments to one setting the known one. */
function lastValue(value: Value | null): Value | null {
  return value?.k === 'union' ? value.of.find((member) => member.k === 'const') ?? value : value;
}
