// Buckets and objects, as they are shown.
#pragma once

#include <string>

#include "cli/output/table.h"
#include "cli/session.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {

// All that is known of one, in the format of the session.
void WriteObject(const Session& session, const storage::v1::Object& object);
void WriteBucket(const Session& session, const storage::v1::Bucket& bucket);

// What became of one: "triad://b/a  <what>", or `message` as a document.
void WriteDone(const Session& session, const std::string& path, const std::string& what,
               const google::protobuf::Message& message);

// "off", "on" or "suspended".
std::string FormatVersioning(storage::v1::Bucket::Versioning versioning);

// "(deleted)", "current" or "".
Cell StateCell(const storage::v1::Object& object);

}  // namespace triad::cli
