// Cuts a body into the JSON values of a stream of messages.
//
//   lines = *( [ value ] LF )  [ value ]              a value stands on one line
//   list  = "[" [ value *( "," value ) ] "]"          with white space anywhere
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// Looks at each byte once. What it gives is not yet known to be JSON, only where it would end.
// Not thread-safe.
class MessageSplitter {
 public:
  // What a body may be. `kEither` is a list if its first byte is '[', after white space.
  enum class Form { kLines, kEither };

  explicit MessageSplitter(Form form) : form_(form) {}

  // The next bytes of the body.
  void Add(absl::string_view piece);
  // No more bytes follow.
  void End() { ended_ = true; }

  // The next value, without white space around it. nullopt if it needs more bytes, or at the end.
  // INVALID_ARGUMENT for a list that does not end, that does before the body does, or that
  // lacks a value.
  absl::StatusOr<std::optional<std::string>> Next();

  // Bytes that are held of a value whose end has not come.
  std::size_t held() const { return buffer_.size() - begin_; }
  // Which value Next has given last, or is looking for: "line 3", "element 3".
  std::string place() const;

 private:
  enum class State { kStart, kLines, kInList, kBehindList };

  void Start();
  std::optional<std::string> NextLine();
  absl::StatusOr<std::optional<std::string>> NextElement();
  // Moves `scanned_` to the comma or bracket that ends an element. False if it has not come.
  bool FindEnd();
  // What lies between `begin_` and `scanned_`, and goes on behind the byte there.
  std::string Take();
  absl::Status CheckRest();

  const Form form_;
  State state_ = State::kStart;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what is not taken yet
  std::size_t scanned_ = 0;  // bytes of the buffer that were looked at
  std::size_t number_ = 0;   // of the value or, in lines, of the line
  std::size_t depth_ = 0;    // of brackets within an element
  bool in_string_ = false;
  bool escaped_ = false;
  bool ended_ = false;
};

}  // namespace triad::gateway
