// Builds the wire bytes of a request from the parts of an HTTP request.
//
//   path bindings ┐
//   query         ├─▶ wire bytes, by concatenation: in protobuf, later bytes of
//   body          ┘   a message merge into earlier ones
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/query.h"

namespace triad::gateway {

// Wire bytes of the fields bound by the path and the query (undecoded, "a=1&b"), but for
// `ignored` parameters. "labels[team]=x" is an entry of a map. Fields that the path or the body
// binds are not taken from the query. Repeats are for repeated fields only, and of a oneof,
// however deep it lies, one field can be given. INVALID_ARGUMENT with a BadRequest that names
// the field, for an unknown name or a value that does not fit.
absl::StatusOr<std::string> BindFields(const Route& route, const std::vector<Binding>& path,
                                       absl::string_view query, const ParameterNames& ignored = {});

// Wire bytes of a JSON body at its place in the request (`body: "*"` or a field).
// To be put in front of those of BindFields; see CheckOneofs.
absl::StatusOr<std::string> BindBody(const Route& route, const Codec& codec, absl::string_view json,
                                     ConversionMemory& memory = UncountedMemory());

// Wire bytes of the route's body_mask, where it has one and `fields`, of BindFields, do not: the
// fields that `json` has, which BindBody has taken. The errors of Codec::PathsIn.
absl::StatusOr<std::string> BindMask(const Route& route, const Codec& codec, absl::string_view json,
                                     absl::string_view fields);

// All of a request whose body is JSON: `json`, its mask, and `fields`, of BindFields. The errors
// of BindBody, BindMask, CheckOneofs and CheckRequest.
absl::StatusOr<std::string> BuildRequest(const Route& route, const Codec& codec,
                                         absl::string_view json, absl::string_view fields,
                                         ConversionMemory& memory);

// The same for one message on a socket: on a route without a body it is the whole message.
absl::StatusOr<std::string> BuildFrame(const Route& route, const Codec& codec,
                                       absl::string_view json, absl::string_view fields,
                                       ConversionMemory& memory);

// Whether the route's request body is raw bytes: the field or the message is
// google.api.HttpBody.
bool TakesRawBody(const Route& route);

// Wire bytes of one message of a raw upload: `fields` (of BindFields, or empty
// after the first message), then an HttpBody at the route's body field.
std::string RawBodyMessage(const Route& route, absl::string_view fields,
                           absl::string_view content_type, absl::string_view data);

// What stands in front of `size` bytes of data in such a message, where it has nothing else.
// Empty if something stands behind them, too.
std::string RawBodyHead(const Route& route, std::size_t size);

}  // namespace triad::gateway
