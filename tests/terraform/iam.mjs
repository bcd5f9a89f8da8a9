// What AWS would decide by IAM policies: JSON documents, as Terraform plans them. An
// explicit Deny wins; else an Allow is needed from the role's own policies and from
// its boundary. What is not known here is refused, so that nothing is decided by
// half a policy.
//
// A request is { action, resource, context }: context holds condition keys, such as
// { "iam:PermissionsBoundary": "arn:…" }; a key that is not in it is missing.

const list = (value) => (value === undefined ? [] : [value].flat());

// * is any text, ? one character.
function glob(pattern, text, flags = "") {
  if (pattern.includes("${")) throw new Error(`policy variables are not known: ${pattern}`);
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${source.replaceAll("*", ".*").replaceAll("?", ".")}$`, `s${flags}`).test(
    text,
  );
}

// ARNs are compared part by part, so that a * does not reach over a colon.
function arnLike(pattern, arn) {
  const parts = (text) => {
    const [, ...first] = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
    return first;
  };
  const [wanted, given] = [parts(pattern), parts(arn)];
  return wanted.length > 0 && given.length > 0 && wanted.every((part, i) => glob(part, given[i]));
}

// Whether one value of the request is as one value of the policy says.
const comparisons = {
  String: { Equals: (wanted, given) => wanted === given, Like: glob },
  Arn: { Equals: arnLike, Like: arnLike },
  Bool: { "": (wanted, given) => wanted.toLowerCase() === given.toLowerCase() },
};

// "ForAnyValue:StringNotEqualsIfExists" in its parts.
function operatorOf(name) {
  const [, set, kind, negated, rest, ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(String|Arn|Bool)(Not)?(Equals|Like|)(IfExists)?$/.exec(
      name,
    ) ?? [];
  const compare = comparisons[kind]?.[rest];
  if (!compare) throw new Error(`no condition operator '${name}' is known`);
  return { set, compare, negated: negated !== undefined, ifExists: ifExists !== undefined };
}

function contextValues(context, key) {
  const found = Object.keys(context).find((one) => one.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : list(context[found]).map(String);
}

function conditionHolds(name, wanted, given) {
  if (name === "Null") return list(wanted).map(String)[0] === String(given === undefined);
  const { set, compare, negated, ifExists } = operatorOf(name);
  if (given === undefined) return ifExists || set === "ForAllValues" || (negated && !set);
  const is = (value) => list(wanted).some((one) => compare(String(one), value)) !== negated;
  return set === "ForAllValues" ? given.every(is) : given.some(is);
}

const conditionsHold = (conditions, context) =>
  Object.entries(conditions).every(([name, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      conditionHolds(name, wanted, contextValues(context, key)),
    ),
  );

// Whether a statement is about an action. Actions have no case.
export function namesAction({ Action, NotAction }, action) {
  const named = (patterns) => list(patterns).some((pattern) => glob(pattern, action, "i"));
  return NotAction === undefined ? named(Action) : !named(NotAction);
}

function namesResource({ Resource, NotResource }, resource) {
  const named = (patterns) => list(patterns).some((pattern) => glob(pattern, resource));
  return NotResource === undefined ? named(Resource) : !named(NotResource);
}

const elements = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function applies(statement, { action, resource, context = {} }) {
  const unknown = Object.keys(statement).find((key) => !elements.includes(key));
  if (unknown) throw new Error(`a statement has ${unknown}, which is not known`);
  return (
    namesAction(statement, action) &&
    namesResource(statement, resource) &&
    conditionsHold(statement.Condition ?? {}, context)
  );
}

function effects(policies, request) {
  const statements = policies.flatMap(({ Statement }) => list(Statement));
  return new Set(statements.filter((one) => applies(one, request)).map(({ Effect }) => Effect));
}

// isAllowed({ identity: [policy], boundary: policy or none }, request)
export function isAllowed({ identity, boundary }, request) {
  const own = effects(identity, request);
  const bounds = boundary ? effects([boundary], request) : new Set(["Allow"]);
  return [own, bounds].every((one) => one.has("Allow") && !one.has("Deny"));
}
