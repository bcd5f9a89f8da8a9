// Entries out of the events of a JSON or YAML document.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/config/model/value_limits.h"
#include "services/config/transfer/formats/entry_form.h"
#include "services/config/transfer/formats/file_entry.h"
#include "services/config/transfer/formats/scalar.h"

namespace triad::config {

// Takes each entry once it is whole. An error ends the reading.
using TakeEntry = std::function<absl::Status(FileEntry)>;

// Takes the events in the order of the document. Errors are INVALID_ARGUMENT with the place.
class DocumentBuilder {
 public:
  // How deep arrays and objects may lie within each other.
  static constexpr std::size_t kMaxDepth = 64;

  DocumentBuilder(ValueLimits limits, TakeEntry take) : limits_(limits), take_(std::move(take)) {}

  absl::Status BeginObject(FilePosition at);
  absl::Status EndObject(FilePosition at);
  absl::Status BeginArray(FilePosition at);
  absl::Status EndArray(FilePosition at);
  // The name of the next member of the object.
  absl::Status Key(FilePosition at, std::string key);
  absl::Status Add(FilePosition at, Scalar scalar);
  // That the document was whole.
  absl::Status Finish(FilePosition at) const;

 private:
  // What the next event is about.
  enum class State {
    kDocument,  // nothing was read yet
    kTop,       // members of the outermost object
    kEntries,   // the object `entries`
    kMembers,   // the long form of an entry
    kLabels,    // its labels
    kJson,      // an array or an object that is a value
    kEnd,
  };

  absl::Status Refused(FilePosition at, absl::string_view what) const;
  // Names of members, by what they are of.
  absl::Status TopKey(FilePosition at, absl::string_view key);
  absl::Status EntryKey(FilePosition at, std::string key);
  absl::Status MemberKey(FilePosition at, std::string key);
  // That the value of the member `member_` may be an object, and what is in it.
  absl::Status BeginMember(FilePosition at);
  absl::Status BeginJson(FilePosition at, char bracket);
  absl::Status EndJson(char bracket);
  absl::Status FinishEntry();
  // Puts what belongs before the next value of the JSON text.
  void Separate();

  const ValueLimits limits_;
  const TakeEntry take_;
  State state_ = State::kDocument;
  bool has_entries_ = false;
  std::optional<EntryForm> entry_;    // the one that is being read
  std::string member_;                // of it
  std::vector<std::string> members_;  // that it has had
  std::string label_;

  bool whole_entry_ = false;  // whether the JSON text is all of the entry
  FilePosition json_at_;
  std::string json_;
  std::vector<char> brackets_;  // that are open in it
  bool after_key_ = false;      // whether a value follows its key there
};

}  // namespace triad::config
