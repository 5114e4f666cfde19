import type { ts } from 'ts-morph';
import type { Entry, Expr, Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { withTypes } from './chains.js';
import { noteOf } from './comments.js';
import { compiler } from './compiler.js';
import { deeper, nameAt, other, spanOf, type Context } from './context.js';
import { expr, propertyKey } from './expressions.js';
import { template } from './templates.js';

const K = compiler.SyntaxKind;

type Convert = (c: Context, node: never, at: Span) => Expr;

const converters: (Convert | undefined)[] = new Array(K.Count).fill(undefined);
const CONVERTERS: readonly (readonly [Convert, ...ts.SyntaxKind[]])[] = [
  [(c: Context, node: ts.TypeReferenceNode, at: Span) => withTypes(c, entityName(c, node.typeName), node.typeArguments, at), K.TypeReference],
  [(c: Context, node: ts.ExpressionWithTypeArguments) => expr(c, node), K.ExpressionWithTypeArguments],
  [
    keyword,
    K.StringKeyword,
    K.NumberKeyword,
    K.BooleanKeyword,
    K.AnyKeyword,
    K.UnknownKeyword,
    K.NeverKeyword,
    K.VoidKeyword,
    K.ObjectKeyword,
    K.SymbolKeyword,
    K.BigIntKeyword,
    K.ThisType,
    K.IntrinsicKeyword,
  ],
  [(_: Context, __: ts.Node, at: Span) => ({ k: 'lit', v: null, at }), K.UndefinedKeyword],
  [array, K.ArrayType],
  [(c: Context, node: ts.UnionTypeNode, at: Span) => ({ k: 'op', op: '|', args: node.types.map((t) => typeExpr(c, t)), at }), K.UnionType],
  [(c: Context, node: ts.IntersectionTypeNode, at: Span) => ({ k: 'op', op: '&', args: node.types.map((t) => typeExpr(c, t)), at }), K.IntersectionType],
  [(c: Context, node: ts.LiteralTypeNode) => expr(c, node.literal), K.LiteralType],
  [(c: Context, node: ts.TypeLiteralNode, at: Span) => ({ k: 'dict', entries: node.members.flatMap((m) => member(c, m) ?? []), at }), K.TypeLiteral],
  [(c: Context, node: ts.TupleTypeNode, at: Span) => ({ k: 'list', items: node.elements.map((t) => typeExpr(c, t)), tuple: true, at }), K.TupleType],
  [tupleMember, K.NamedTupleMember],
  [(c: Context, node: ts.OptionalTypeNode) => orNull(typeExpr(c, node.type)), K.OptionalType],
  [(c: Context, node: ts.RestTypeNode, at: Span) => ({ k: 'spread', of: typeExpr(c, node.type), at }), K.RestType],
  [(c: Context, node: ts.ParenthesizedTypeNode) => typeExpr(c, node.type), K.ParenthesizedType],
  [query, K.TypeQuery],
  [operator, K.TypeOperator],
  [
    (c: Context, node: ts.IndexedAccessTypeNode, at: Span) => ({ k: 'item', of: typeExpr(c, node.objectType), key: typeExpr(c, node.indexType), at }),
    K.IndexedAccessType,
  ],
  [functionType, K.FunctionType, K.ConstructorType],
  [
    (c: Context, node: ts.ConditionalTypeNode, at: Span) =>
      other(
        [node.checkType, node.extendsType, node.trueType, node.falseType].map((t) => typeExpr(c, t)),
        at,
      ),
    K.ConditionalType,
  ],
  [
    (c: Context, node: ts.MappedTypeNode, at: Span) =>
      other(
        [node.typeParameter.constraint, node.nameType, node.type].flatMap((t) => (t ? typeExpr(c, t) : [])),
        at,
      ),
    K.MappedType,
  ],
  [(c: Context, node: ts.InferTypeNode) => nameAt(node.typeParameter.name.text, spanOf(c, node.typeParameter.name)), K.InferType],
  [importType, K.ImportType],
  [templateType, K.TemplateLiteralType],
  [(_: Context, node: ts.TypePredicateNode, at: Span) => nameAt(node.assertsModifier ? 'void' : 'boolean', at), K.TypePredicate],
];
for (const [convert, ...kinds] of CONVERTERS) for (const kind of kinds) converters[kind] = convert;

/** Converts one type. */
export function typeExpr(c: Context, node: ts.Node): Expr {
  const at = spanOf(c, node);
  const convert = converters[node.kind];
  if (!convert) return other([], at);
  return deeper(c, node, () => convert(c, node as never, at), () => other([], at));
}

/** Type arguments as the key of an Item: several are a List. */
export function typeArguments(c: Context, types: readonly ts.TypeNode[]): Expr {
  const items = types.map((type) => typeExpr(c, type));
  return items.length === 1 ? items[0] : { k: 'list', items, at: makeSpan(spanStart(items[0].at), types[types.length - 1].end) };
}

/** `A` or `A.B.C`. */
export function entityName(c: Context, node: ts.EntityName): Expr {
  if (compiler.isIdentifier(node)) return expr(c, node);
  return { k: 'attr', of: entityName(c, node.left), name: node.right.text, at: spanOf(c, node.right) };
}

/** What an optional member holds. */
export function orNull(type: Expr): Expr {
  return { k: 'op', op: '|', args: [type, { k: 'lit', v: null, at: type.at }], at: type.at };
}

/** The type of a member that need not be given. */
function orUndefined(type: Expr): Expr {
  return { k: 'op', op: '|', args: [type, nameAt('undefined', type.at)], at: type.at };
}

/** A function's type: the types of its parameters, and last what it returns. */
export function functionType(c: Context, node: ts.SignatureDeclarationBase, at: Span): Expr {
  const parts = node.parameters.flatMap((p) => (p.type ? typeExpr(c, p.type) : []));
  parts.push(node.type ? typeExpr(c, node.type) : nameAt('any', makeSpan(node.end, node.end)));
  return other(parts, at);
}

function keyword(c: Context, _: ts.Node, at: Span): Expr {
  return nameAt(c.text.slice(spanStart(at), spanEnd(at)), at);
}

function array(c: Context, node: ts.ArrayTypeNode, at: Span): Expr {
  return { k: 'item', of: nameAt('Array', makeSpan(node.elementType.end, node.end)), key: typeExpr(c, node.elementType), at };
}

function tupleMember(c: Context, node: ts.NamedTupleMember, at: Span): Expr {
  const type = typeExpr(c, node.type);
  if (node.dotDotDotToken) return { k: 'spread', of: type, at };
  return node.questionToken ? orNull(type) : type;
}

function query(c: Context, node: ts.TypeQueryNode, at: Span): Expr {
  const of = entityName(c, node.exprName);
  return { k: 'op', op: 'typeof', args: [withTypes(c, of, node.typeArguments, at)], at };
}

function operator(c: Context, node: ts.TypeOperatorNode, at: Span): Expr {
  const of = typeExpr(c, node.type);
  return node.operator === K.KeyOfKeyword ? { k: 'op', op: 'keyof', args: [of], at } : of;
}

/** `import('x').A<B>` is the attribute `A` of a call of `import`. */
function importType(c: Context, node: ts.ImportTypeNode, at: Span): Expr {
  const start = node.isTypeOf ? c.text.indexOf('import', spanStart(at)) : spanStart(at);
  let of: Expr = {
    k: 'call',
    fn: nameAt('import', makeSpan(start, start + 6)),
    args: [{ value: typeExpr(c, node.argument) }],
    at: makeSpan(start, node.argument.end + 1),
  };
  const names: ts.Identifier[] = [];
  for (let name = node.qualifier; name; name = compiler.isIdentifier(name) ? undefined : name.left)
    names.unshift(compiler.isIdentifier(name) ? name : name.right);
  for (const name of names) of = { k: 'attr', of, name: name.text, at: spanOf(c, name) };
  of = withTypes(c, of, node.typeArguments, at);
  return node.isTypeOf ? { k: 'op', op: 'typeof', args: [of], at } : of;
}

function templateType(c: Context, node: ts.TemplateLiteralTypeNode, at: Span): Expr {
  const holes = node.templateSpans.map((span) => typeExpr(c, span.type));
  return holes.length === 0 ? template(c, node as never) : other(holes, at);
}

function member(c: Context, node: ts.TypeElement): Entry | undefined {
  const rest = { at: spanOf(c, node), ...noteOf(c, node) };
  if (compiler.isIndexSignatureDeclaration(node)) {
    const key = node.parameters[0]?.type;
    return key && { key: typeExpr(c, key), value: typeExpr(c, node.type), ...rest };
  }
  if (!node.name) return undefined;
  const type = memberType(c, node) ?? nameAt('any', rest.at);
  return { key: propertyKey(c, node.name), value: node.questionToken ? orUndefined(type) : type, ...rest };
}

/** What a member of an interface or object type holds; a method holds its function type. */
export function memberType(c: Context, node: ts.TypeElement): Expr | undefined {
  if (compiler.isMethodSignature(node)) return functionType(c, node, spanOf(c, node));
  if (compiler.isGetAccessorDeclaration(node) || compiler.isPropertySignature(node)) return node.type && typeExpr(c, node.type);
  if (compiler.isSetAccessorDeclaration(node)) return node.parameters[0]?.type && typeExpr(c, node.parameters[0].type);
  return undefined;
}
