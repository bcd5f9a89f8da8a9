// Checks of who may do what and who gets in, as those of checks.mjs.
import { blocksOf, eachBlock, expressionsOf, where } from "./hcl.mjs";

const changesRights =
  /"iam:(AttachRolePolicy|CreateRole|DeleteRolePolicy|DetachRolePolicy|Put[\w*]+|\*)"|\biam_with_boundary\b/;

const asksForTheBoundary = ({ type, body }) =>
  type === "condition" &&
  body.attributes.get("variable")?.text === '"iam:PermissionsBoundary"' &&
  body.attributes.get("test")?.text === '"StringEquals"';

// What gives a role rights is allowed only with the boundary: such actions stand in the
// list that is named so, and in statements that ask for it.
export function rightsAreGivenWithinTheBoundary(folder) {
  return folder.files.flatMap((file) => {
    const statement = blocksOf(file.body, "statement").filter(
      ({ body }) =>
        changesRights.test(body.attributes.get("actions")?.text ?? "") &&
        body.attributes.get("effect")?.text !== '"Deny"' &&
        !body.blocks.some(asksForTheBoundary),
    );
    const tables = blocksOf(file.body, "locals").flatMap(({ body }) =>
      [...body.attributes]
        .filter(([name, { text }]) => name !== "iam_with_boundary" && changesRights.test(text))
        .map(([, value]) => value),
    );
    return [...statement, ...tables].map(
      ({ line }) => `${where(file, line)}: gives roles rights without asking for the boundary`,
    );
  });
}

const isResource =
  (...types) =>
  ({ block }) =>
    types.includes(block.labels[0]);

// What people ask for comes by CloudFront and its firewall: load balancers have no public
// address, groups let in no address of everybody, and CloudFront asks inside the VPC.
export function nothingIsPublic(folder) {
  const resources = eachBlock(folder, "resource");
  const said =
    (what) =>
    ({ file, block }) =>
      `${where(file, block.line)}: ${block.labels.join(".")} ${what}`;
  return [
    ...resources
      .filter(isResource("aws_lb"))
      .filter(({ block }) => block.body.attributes.get("internal")?.text !== "true")
      .map(said("is not internal")),
    ...resources
      .filter(isResource("aws_vpc_security_group_ingress_rule", "aws_security_group"))
      .filter(({ block }) =>
        expressionsOf(block.body).some(({ text }) => /0\.0\.0\.0\/0|::\/0/.test(text)),
      )
      .map(said("lets everybody in")),
    ...resources
      .filter(isResource("aws_cloudfront_distribution"))
      .filter(({ block }) => blocksOf(block.body, "custom_origin_config").length > 0)
      .map(said("asks by the internet")),
  ];
}
