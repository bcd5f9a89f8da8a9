// The places where AWS's tools look for credentials, one function each. They
// block. See CredentialSource.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/storage/blobs/s3/credentials/credentials.h"

namespace triad::storage::s3 {

// The variable of this name, or the content of the file that its twin NAME_FILE names.
absl::StatusOr<std::string> SecretOf(const SourceContext& context, const std::string& name);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; each may be in the
// file that NAME_FILE names instead.
absl::StatusOr<std::optional<Credentials>> FromEnvironment(const SourceContext& context);

// The profile AWS_PROFILE ("default") of AWS_SHARED_CREDENTIALS_FILE
// (~/.aws/credentials).
absl::StatusOr<std::optional<Credentials>> FromSharedFile(const SourceContext& context);

// The role AWS_ROLE_ARN for the token in AWS_WEB_IDENTITY_TOKEN_FILE, from STS:
// EKS's roles for service accounts.
absl::StatusOr<std::optional<Credentials>> FromWebIdentity(const SourceContext& context);

// AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI, with the token of
// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or _TOKEN: EKS's Pod Identity, and ECS.
absl::StatusOr<std::optional<Credentials>> FromContainer(const SourceContext& context);

// The role of an EC2 instance, by its metadata service, version 2.
absl::StatusOr<std::optional<Credentials>> FromInstance(const SourceContext& context);

}  // namespace triad::storage::s3
