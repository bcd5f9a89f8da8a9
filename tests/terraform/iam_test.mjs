// The evaluator of IAM policies decides as AWS documents it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllowed } from "./iam.mjs";

const policy = (...statements) => ({ Version: "2012-10-17", Statement: statements });
const allow = (more) => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
const deny = (more) => ({ ...allow(more), Effect: "Deny" });
const request = (action, resource = "arn:aws:s3:::b", context = {}) => ({
  action,
  resource,
  context,
});

function decides(statements, cases) {
  for (const [expected, ...what] of cases) {
    const decided = isAllowed({ identity: [policy(...statements)] }, request(...what));
    assert.equal(decided, expected, JSON.stringify([statements, what]));
  }
}

test("what nothing allows is denied", () => {
  decides([], [[false, "s3:GetObject"]]);
  decides([deny({ Action: "s3:PutObject" })], [[false, "s3:GetObject"]]);
});

test("actions: wildcards, no case, lists, NotAction", () => {
  decides(
    [allow({ Action: ["s3:Get*", "ec2:Describe?pcs"] })],
    [
      [true, "s3:GetObject"],
      [true, "S3:getobject"],
      [true, "ec2:DescribeVpcs"],
      [false, "ec2:DescribeXXpcs"],
      [false, "s3:PutObject"],
      [false, "xs3:GetObject"],
    ],
  );
  decides(
    [{ Effect: "Allow", NotAction: ["iam:*", "sts:*"], Resource: "*" }],
    [
      [true, "s3:GetObject"],
      [false, "iam:CreateRole"],
      [false, "STS:AssumeRole"],
    ],
  );
});

test("resources: wildcards with case, NotResource; a dot is a dot", () => {
  decides(
    [allow({ Resource: "arn:aws:iam::1:role/a.b-*" })],
    [
      [true, "iam:GetRole", "arn:aws:iam::1:role/a.b-x/y"],
      [false, "iam:GetRole", "arn:aws:iam::1:role/aXb-x"],
      [false, "iam:GetRole", "arn:aws:iam::1:role/A.b-x"],
    ],
  );
  decides(
    [{ Effect: "Allow", Action: "*", NotResource: ["arn:aws:s3:::secret*"] }],
    [
      [true, "s3:GetObject", "arn:aws:s3:::b"],
      [false, "s3:GetObject", "arn:aws:s3:::secret/x"],
    ],
  );
});

test("an explicit Deny wins, in the role's own policies and in the boundary", () => {
  const no = deny({ Action: "iam:*" });
  decides(
    [allow(), no],
    [
      [true, "s3:GetObject"],
      [false, "iam:GetRole"],
    ],
  );
  const all = [policy(allow())];
  assert.equal(
    isAllowed({ identity: all, boundary: policy(allow(), no) }, request("iam:X")),
    false,
  );
  const both = { identity: [...all, policy(no)], boundary: policy(allow()) };
  assert.equal(isAllowed(both, request("iam:X")), false);
});

test("a boundary grants nothing, and takes away what it does not allow", () => {
  const some = policy(allow({ Action: "s3:*" }));
  assert.equal(isAllowed({ identity: [], boundary: policy(allow()) }, request("s3:X")), false);
  const capped = { identity: [policy(allow())], boundary: some };
  assert.equal(isAllowed(capped, request("s3:X")), true);
  assert.equal(isAllowed(capped, request("ec2:X")), false);
});

// By operator: values of the policy; then, for a value of the request (none: the key is
// missing), what is decided.
const conditions = {
  StringEquals: [
    ["a", "b"],
    [
      ["a", true],
      ["A", false],
      ["c", false],
      [undefined, false],
    ],
  ],
  StringNotEquals: [
    ["a", "b"],
    [
      ["c", true],
      ["a", false],
      [undefined, true],
    ],
  ],
  StringLike: [
    "a*",
    [
      ["ab", true],
      ["ba", false],
      [undefined, false],
    ],
  ],
  StringNotLike: [
    "a*",
    [
      ["ab", false],
      ["ba", true],
      [undefined, true],
    ],
  ],
  StringEqualsIfExists: [
    "a",
    [
      ["a", true],
      ["b", false],
      [undefined, true],
    ],
  ],
  StringNotEqualsIfExists: [
    "a",
    [
      ["a", false],
      ["b", true],
      [undefined, true],
    ],
  ],
  ArnEquals: [
    "arn:aws:iam::1:policy/x",
    [
      ["arn:aws:iam::1:policy/x", true],
      ["arn:aws:iam::2:policy/x", false],
      ["x", false],
      [undefined, false],
    ],
  ],
  ArnLike: [
    "arn:aws:iam::*:policy/x*",
    [
      ["arn:aws:iam::1:policy/xy", true],
      ["arn:aws:iam::1:2:policy/x", false],
      [undefined, false],
    ],
  ],
  ArnNotEquals: [
    "arn:aws:iam::1:policy/x",
    [
      ["arn:aws:iam::1:policy/x", false],
      ["arn:aws:iam::1:policy/y", true],
      [undefined, true],
    ],
  ],
  ArnNotLike: [
    "arn:aws:iam::1:*",
    [
      ["arn:aws:iam::1:policy/x", false],
      ["arn:aws:iam::2:policy/x", true],
      [undefined, true],
    ],
  ],
  Null: [
    "true",
    [
      ["a", false],
      [undefined, true],
    ],
  ],
  Bool: [
    "true",
    [
      ["true", true],
      ["false", false],
      [undefined, false],
    ],
  ],
  BoolIfExists: [
    "true",
    [
      ["false", false],
      [undefined, true],
    ],
  ],
  "ForAnyValue:StringEquals": [
    "a",
    [
      [["a", "b"], true],
      [["b"], false],
      [[], false],
      [undefined, false],
    ],
  ],
  "ForAllValues:StringEquals": [
    ["a", "b"],
    [
      [["a", "b"], true],
      [["a", "c"], false],
      [[], true],
      [undefined, true],
    ],
  ],
};

for (const [operator, [wanted, cases]] of Object.entries(conditions)) {
  test(`conditions: ${operator}`, () => {
    const statement = allow({ Condition: { [operator]: { "aws:Key": wanted } } });
    for (const [given, expected] of cases) {
      const context = given === undefined ? {} : { "AWS:key": given };
      decides([statement], [[expected, "s3:X", "arn:aws:s3:::b", context]]);
    }
  });
}

test("all conditions have to hold", () => {
  const Condition = { StringEquals: { "aws:a": "1", "aws:b": "2" }, Null: { "aws:c": "true" } };
  decides(
    [allow({ Condition })],
    [
      [true, "s3:X", "r", { "aws:a": "1", "aws:b": "2" }],
      [false, "s3:X", "r", { "aws:a": "1" }],
      [false, "s3:X", "r", { "aws:a": "1", "aws:b": "2", "aws:c": "3" }],
    ],
  );
});

test("one statement that is no list is read as one", () => {
  const identity = [{ Statement: allow() }];
  assert.equal(isAllowed({ identity }, request("s3:X")), true);
});

test("what it does not know it refuses to decide", () => {
  const with_ = (more) => () => isAllowed({ identity: [policy(allow(more))] }, request("s3:X"));
  assert.throws(with_({ Condition: { DateLessThan: { "aws:a": "1" } } }), /no condition operator/);
  assert.throws(with_({ Condition: { BoolLike: { "aws:a": "1" } } }), /no condition operator/);
  assert.throws(with_({ Resource: `arn:aws:s3:::${"$"}{aws:username}` }), /policy variables/);
  assert.throws(with_({ Principal: "*" }), /Principal, which is not known/);
});
