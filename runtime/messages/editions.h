// Descriptor sets with files of editions 2023 and 2024, for a libprotobuf that knows none.
//
//   set ─▶ AsProto2 ─▶ set of proto2 files, features resolved ─▶ DescriptorPool ─▶ features.h
#pragma once

#include "absl/status/status.h"

namespace google::protobuf {
class FileDescriptorSet;
}

namespace triad::messages {

// Whether a file of `set` has an edition.
bool HasEditions(const google::protobuf::FileDescriptorSet& set);

// Makes every file of `set` one of proto2: it is the only syntax under which files of all
// kinds may use each other's types. Fields and enums keep their resolved features in their
// options, where features.h finds them. Optional fields of proto3 lose the oneof that stood
// for their presence; required and delimited fields become what proto2 has for them.
//
// Visibility, of edition 2024, is not looked at. INVALID_ARGUMENT, naming the file, for an
// edition that is not known; `set` is of no use then.
absl::Status AsProto2(google::protobuf::FileDescriptorSet& set);

}  // namespace triad::messages
