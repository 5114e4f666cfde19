/** What a function is called by, as the types and names of its parameters say, or the type that it is declared with. */
import type { Expr, Func, Param } from '../facts/code.js';
import type { Entry } from './handlers.js';

/** Types of what a library gives to the function that answers it. */
const ASKED =
  /^(NextApiRequest|NextRequest|APIGatewayProxyEvent(V2)?|APIGatewayEvent|(ChatInputCommand|ContextMenuCommand|Command|Button|ModalSubmit|\w+SelectMenu|Autocomplete|MessageComponent)Interaction|CallbackContext|DEFAULT_TYPE)$/;
const TOLD = /^(SQSEvent|SNSEvent|KafkaMessage|EachMessagePayload|ConsumeMessage)$/;
const RUN = /^(S3Event|ScheduledEvent|EventBridgeEvent|JobHelpers)$/;
/** Types of functions, and of objects of them. */
const ANSWERS = /^(RequestHandler|NextApiHandler|APIGatewayProxyHandler(V2)?|RouteHandler(Method)?)$/;
const LISTENS = /^(SQSHandler|SNSHandler)$/;
const WORKS = /^(S3Handler|ScheduledHandler|EventBridgeHandler|TaskList)$/;

/** `(req: Request, res: Response)`, `(interaction: ButtonInteraction)`, `(payload, helpers: JobHelpers)`: what runs with these runs for them. */
export function entryOfParams({ params }: Func): Entry {
  if (params.length === 0) return null;
  const types = params.slice(0, 3).map((param) => (param.type ? typeName(param.type) : ''));
  if (types.some((type) => TOLD.test(type))) return 'message';
  if (types.some((type) => RUN.test(type)) || isJob(params[0]!)) return 'worker';
  return types.some((type) => ASKED.test(type)) || isExchange(params) ? 'route' : null;
}

/** A constant of such a type: `const handler: RequestHandler = …`, `const tasks: TaskList = { … }`. */
export function entryOfType(type: Expr): Entry {
  const name = typeName(type);
  return ANSWERS.test(name) ? 'route' : LISTENS.test(name) ? 'message' : WORKS.test(name) ? 'worker' : null;
}

/** `Job<Payload>` of a queue; what is called so without a payload may be a word of the domain. */
const isJob = ({ type }: Param): boolean => type?.k === 'item' && typeName(type) === 'Job';

/** A request and what answers it, side by side, by their names: their types are as often left out. */
function isExchange([first, second]: readonly Param[]): boolean {
  return first !== undefined && second !== undefined && /^_?(req|request)$/.test(nameOf(first)) && /^_?(res|resp|response|reply)$/.test(nameOf(second));
}

const nameOf = ({ target }: Param): string => (target.k === 'name' ? target.id : '');

/** `Request` of `Request`, `express.Request` and `Request<Params>`. */
function typeName(type: Expr): string {
  switch (type.k) {
    case 'name': return type.id;
    case 'attr': return type.name;
    case 'item': return typeName(type.of);
    default: return '';
  }
}
