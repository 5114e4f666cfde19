/** One field → one column. */
import { argument, flag, text } from '../../flow/arguments.js';
import { enumMembers, isEnum } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import { sqlConstant, type ColumnDraft } from '../../link/draft.js';
import { sourcesOf } from './computed.js';
import type { Field } from './fields.js';
import { qualified, shortName } from './names.js';
import { isIdentity, isTrue } from './types.js';

/** The column of a field that is no relation. `inheritedFrom` names the abstract base that declares it. */
export function columnOf(flow: Flow, field: Field, inheritedFrom: string | null): ColumnDraft {
  const { args } = field;
  const isUpdated = isTrue(args, 'auto_now');
  const isCreated = isTrue(args, 'auto_now_add');
  const isKey = isTrue(args, 'primary_key');
  const given = argument(args, -1, 'default');
  const isGenerated = field.className === 'GeneratedField';
  return {
    name: text(argument(args, -1, 'db_column')) ?? field.name,
    attribute: field.name,
    type: field.type,
    // `null` is false unless it is given: https://docs.djangoproject.com/en/5.0/ref/models/fields/#null
    nullable: !isKey && (flag(argument(args, -1, 'null')) ?? field.className === 'NullBooleanField'),
    nullableIsExplicit: true,
    isDemanded: isDemanded(field),
    databaseDefault: databaseDefault(argument(args, -1, 'db_default')),
    hasClientDefault:
      isUpdated ||
      isCreated ||
      field.fillsItself === true ||
      isBlankText(field) ||
      (given !== null && shortName(given) !== 'NOT_PROVIDED' && !(given.k === 'const' && given.v === null)),
    onUpdate: isUpdated ? 'orm' : null,
    isGenerated,
    ...(isGenerated ? { computedFrom: sourcesOf(argument(args, -1, 'expression')) } : {}),
    isIdentity: isIdentity(field.className),
    role: isCreated ? 'created-at' : isUpdated ? 'updated-at' : null,
    comment: commentOf(field),
    inheritedFrom,
    choices: choicesOf(flow, argument(args, -1, 'choices')),
    place: field.place,
  };
}

/** Forms and administration pages ask for a value unless the field may be blank: https://docs.djangoproject.com/en/5.0/ref/models/fields/#blank */
export function isDemanded({ args, className }: Field): boolean {
  return !isTrue(args, 'blank') && !/^(Null)?BooleanField$/.test(className);
}

/**
 * Whether forms, serialisers and administration pages take it in: https://docs.djangoproject.com/en/5.0/ref/models/fields/#editable. A time that saving sets is
 * none of theirs.
 */
export function isEditable({ args, className }: Field): boolean {
  return flag(argument(args, -1, 'editable')) !== false && !isTrue(args, 'auto_now') && !isTrue(args, 'auto_now_add') && className !== 'GeneratedField';
}

/** A text that may be blank is empty where nothing is given: https://docs.djangoproject.com/en/5.0/ref/models/fields/#null */
function isBlankText({ args, type }: Field): boolean {
  return isTrue(args, 'blank') && !isTrue(args, 'null') && /^(character varying|text|citext)$/.test(type?.name ?? '') && !type?.array;
}

/** What is said of a field beside its code: the database's comment, the help text, comments around it. */
export function commentOf(field: Field): string | null {
  const parts = [text(argument(field.args, -1, 'db_comment')), textShown(argument(field.args, -1, 'help_text')), field.comment].filter(
    (part) => part !== null && part !== '',
  );
  return parts.length ? parts.join('\n') : null;
}

/**
 * A text for people, translated or not: `_("In grams")`, `pgettext_lazy("weight", "In grams")`. https://docs.djangoproject.com/en/5.0/topics/i18n/translation/
 */
function textShown(value: Value | null): string | null {
  if (value?.k !== 'term' || !/^django\.utils\.translation\./.test(qualified(value.callee) ?? '')) return text(value);
  return text(value.args.list[shortName(value.callee).startsWith('pgettext') ? 1 : 0]?.value);
}

/** https://docs.djangoproject.com/en/5.0/ref/models/fields/#db-default */
function databaseDefault(value: Value | null): string | null {
  if (!value) return null;
  const constant = sqlConstant(value);
  if (constant !== null) return constant;
  if (value.k !== 'term') return 'expression';
  const inner = value.args.list[0]?.value ?? null;
  const name = shortName(value.callee);
  if (name === 'Value' || name === 'Cast') return sqlConstant(inner) ?? 'expression';
  return name === 'Now' ? 'CURRENT_TIMESTAMP' : `${name.toLowerCase()}()`;
}

/** `choices=Status.choices`, `choices=Status`, `[("a", "A"), …]` with groups, as stored values. */
function choicesOf(flow: Flow, value: Value | null): readonly string[] | null {
  if (value?.k === 'class' && isEnum(flow, value.cls)) {
    return [...enumMembers(flow, value.cls).values()].map((member) => (member.k === 'const' ? String(member.v) : '')).filter(Boolean);
  }
  if (value?.k !== 'list') return null;
  const stored = value.items.flatMap((item): readonly string[] => {
    if (item.k !== 'list') return [];
    const [first, second] = item.items;
    if (second?.k === 'list') return choicesOf(flow, second) ?? [];
    return first?.k === 'const' && first.v !== null && first.v !== '' ? [String(first.v)] : [];
  });
  return stored.length ? stored : null;
}
