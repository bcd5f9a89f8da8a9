// Ways out of the boundary, and what has to go on inside it, asked of the policies as
// they are: iam.mjs decides, with the conditions and resources.
import { isAllowed } from "./iam.mjs";

const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

// Requests by what they would do. A role that was there before the boundary has none,
// so that the key is missing.
function requests(prefix, account) {
  const arn = (rest) => `arn:aws:iam::${account}:${rest}`;
  const boundary = arn(`policy/${prefix}-boundary`);
  const [own, ours, other] = [`${prefix}-pod-x`, `${prefix}-ci-apply`, "administrator"].map(
    (name) => arn(`role/${name}`),
  );
  const carries = (policy) => ({ "iam:PermissionsBoundary": policy });
  const [bound, looser] = [carries(boundary), carries(administrator)];
  const attached = { "iam:PolicyARN": administrator };
  return {
    escapes: {
      "makes a role without the boundary": ["iam:CreateRole", own],
      "makes a role with another boundary": ["iam:CreateRole", own, looser],
      "makes a role that is not the environment's": ["iam:CreateRole", other, bound],
      "attaches a policy to a role that has no boundary": ["iam:AttachRolePolicy", own, attached],
      "attaches a policy to somebody else's role": ["iam:AttachRolePolicy", other, attached],
      "writes a policy into a role that has no boundary": ["iam:PutRolePolicy", own],
      "takes a policy away from a role that has no boundary": ["iam:DetachRolePolicy", own],
      "deletes a policy of a role that has no boundary": ["iam:DeleteRolePolicy", own],
      "puts another boundary on a role": ["iam:PutRolePermissionsBoundary", own, looser],
      "takes the boundary off a role": ["iam:DeleteRolePermissionsBoundary", own, bound],
      "makes a new version of the boundary": ["iam:CreatePolicyVersion", boundary],
      "goes back to an old version of it": ["iam:SetDefaultPolicyVersion", boundary],
      "deletes a version of it": ["iam:DeletePolicyVersion", boundary],
      "deletes it": ["iam:DeletePolicy", boundary],
      "makes a policy": ["iam:CreatePolicy", arn(`policy/${prefix}-x`)],
      "passes somebody else's role": ["iam:PassRole", other],
      "passes a role of the pipeline": ["iam:PassRole", ours],
      "says who may be a role of the pipeline": ["iam:UpdateAssumeRolePolicy", ours],
      "writes a policy into a role of the pipeline": ["iam:PutRolePolicy", ours, bound],
      "attaches a policy to a role of the pipeline": [
        "iam:AttachRolePolicy",
        ours,
        { ...bound, ...attached },
      ],
      "says who may be somebody else's role": ["iam:UpdateAssumeRolePolicy", other],
      "becomes another role": ["sts:AssumeRole", other],
      "makes a user": ["iam:CreateUser", arn("user/x")],
      "makes a key for a user": ["iam:CreateAccessKey", arn("user/x")],
      "attaches a policy to a user": ["iam:AttachUserPolicy", arn("user/x"), attached],
      "trusts another provider of identities": [
        "iam:CreateOpenIDConnectProvider",
        arn("oidc-provider/example.com"),
      ],
      "lets a person in by single sign-on": ["sso:CreateAccountAssignment", "*"],
      "makes a person of single sign-on": ["identitystore:CreateUser", "*"],
      "trusts somebody's certificates": ["rolesanywhere:CreateTrustAnchor", "*"],
      "leaves the organization": ["organizations:LeaveOrganization", "*"],
    },
    needs: {
      "makes a role with the boundary": ["iam:CreateRole", own, bound],
      "puts the boundary on a role": ["iam:PutRolePermissionsBoundary", own, bound],
      "attaches a policy to a role that has it": [
        "iam:AttachRolePolicy",
        own,
        { ...bound, ...attached },
      ],
      "takes it away": ["iam:DetachRolePolicy", own, bound],
      "writes a policy into a role that has it": ["iam:PutRolePolicy", own, bound],
      "deletes that": ["iam:DeleteRolePolicy", own, bound],
      "says who may be a role": ["iam:UpdateAssumeRolePolicy", own, bound],
      "passes a role": ["iam:PassRole", own],
      "looks at a role of the pipeline": ["iam:GetRole", ours],
      "deletes a role": ["iam:DeleteRole", own, bound],
      "gives a machine its role": ["iam:AddRoleToInstanceProfile", arn("instance-profile/eks-x")],
      "makes a service's role": [
        "iam:CreateServiceLinkedRole",
        arn("role/aws-service-role/elasticloadbalancing.amazonaws.com/x"),
      ],
    },
  };
}

// What is not as it should be, in words: an escape that is allowed, a need that is not.
// policies: { identity: [document], boundary: document }.
export function escapesOf(policies, prefix, account) {
  const { escapes, needs } = requests(prefix, account);
  const wrong = (table, expected) =>
    Object.entries(table)
      .filter(([, [action, resource, context = {}]]) => {
        return isAllowed(policies, { action, resource, context }) !== expected;
      })
      .map(([words, [action]]) => `${expected ? "cannot: " : ""}${words} (${action})`);
  return [...wrong(escapes, false), ...wrong(needs, true)];
}

// The most that any role can be given: everything, within the boundary.
export const anything = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
