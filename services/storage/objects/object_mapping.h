// Turns the messages of triad.storage.v1 about objects into values of the domain, and back.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/field_mask.pb.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/message_writer.h"
#include "services/storage/model/condition.h"
#include "services/storage/model/object.h"
#include "services/storage/objects/object_editor.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Writes a v1::Object.
void Write(const ObjectView& object, rpc::MessageWriter& writer);
v1::Object ToProto(const Object& object);

// All these answer INVALID_ARGUMENT, naming the field, for what is not acceptable.

// kCurrent for 0.
absl::StatusOr<Generation> GenerationFromProto(absl::string_view field, std::int64_t generation);
// `field` is the path of `condition`.
absl::StatusOr<ObjectCondition> ConditionFromProto(const std::string& field,
                                                   const v1::ObjectCondition& condition);
// What `If-Match`, `If-None-Match` and `If-Unmodified-Since` say, and the request's condition.
absl::StatusOr<ObjectCondition> ConditionOf(const rpc::Call& call,
                                            const v1::ObjectCondition& condition);
// What of `object`, whose path is `field`, the mask names; without one, what is not empty.
absl::StatusOr<ObjectChanges> ChangesFromProto(const std::string& field, const v1::Object& object,
                                               const google::protobuf::FieldMask& mask);

// Returns `status`, and sets the HTTP status of `call` to 408, 412, 413 or 507 where
// that says more than the HTTP status that belongs to the code.
absl::Status WithWriteStatus(rpc::Call& call, absl::Status status);

}  // namespace triad::storage
