// What the parts of the parser share while they read one JSON text, and how they walk through
// it. All of them return false once a problem is set.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/parse/cursor.h"
#include "gateway/transcoding/parse/problem.h"
#include "gateway/transcoding/parse/wire_writer.h"
#include "runtime/messages/message_tables.h"

namespace triad::gateway {

// Where the "@type" of an object stands.
struct TypePlace {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t object;  // its brace
  std::uint32_t type = kNone;
};

// For one thread, and one text.
struct ParseContext {
  ParseContext(const google::protobuf::DescriptorPool& pool, const messages::MessageTables& tables,
               const CodecOptions& options, absl::string_view json, ConversionMemory& memory)
      : pool(pool), tables(tables), options(options), in(json), out(memory) {}

  // Sets a problem at the next token.
  bool Fail(absl::string_view description) { return FailAt(in.at(), description); }
  bool FailAt(const char* at, absl::string_view description) {
    problem.Set(description, static_cast<std::size_t>(at - in.AtOffset(0)));
    return false;
  }
  bool NotJson() { return Fail("is not valid JSON"); }

  // Counts one value.
  bool CountValue() {
    if (++values <= options.max_values) return true;
    return Fail("has too many values");
  }

  const google::protobuf::DescriptorPool& pool;
  const messages::MessageTables& tables;
  const CodecOptions& options;
  Cursor in;
  WireWriter out;
  Problem problem;
  int depth = 0;
  std::size_t values = 0;
  // The text of a token with escapes, until the next one.
  std::string scratch;
  // What was found ahead about objects up to `looked_until`, by where they begin. See any.h.
  std::vector<TypePlace> types_ahead;
  std::uint32_t looked_until = 0;
};

// Takes a string, whose quotation mark comes next.
bool TakeString(ParseContext& context, StringToken& token);

// Takes a word of JSON: "true", "null".
bool TakeLiteral(ParseContext& context, absl::string_view word);

// The token's text: where it stands or, if it has escapes, in `scratch`.
absl::string_view TextOf(const StringToken& token, std::string& scratch);

// Calls `element` in front of each element of a list, whose bracket comes next. A list that is a
// repeated field is no level of its own: its elements are.
enum class IsLevel : bool { kNo, kYes };
template <typename Element>
bool EachElement(ParseContext& context, IsLevel is_level, const Element& element) {
  context.depth += is_level == IsLevel::kYes ? 1 : 0;
  if (context.depth > kMaxDepth) return context.Fail("is nested deeper than 100 levels");
  context.in.Take('[');
  std::size_t index = 0;
  if (!context.in.Take(']')) {
    do {
      if (!context.CountValue() || !element()) {
        context.problem.AddIndex(index);
        return false;
      }
      ++index;
    } while (context.in.Take(','));
    if (!context.in.Take(']')) return context.NotJson();
  }
  context.depth -= is_level == IsLevel::kYes ? 1 : 0;
  return true;
}

// Calls `member` with the key of each member of an object, whose brace comes next, in front of
// its value.
template <typename Member>
bool EachMember(ParseContext& context, const Member& member) {
  if (++context.depth > kMaxDepth) return context.Fail("is nested deeper than 100 levels");
  context.in.Take('{');
  if (!context.in.Take('}')) {
    do {
      StringToken key;
      if (context.in.Peek() != '"') return context.NotJson();
      if (!TakeString(context, key)) return false;
      if (!context.in.Take(':')) return context.NotJson();
      if (!context.CountValue() || !member(key)) return false;
    } while (context.in.Take(','));
    if (!context.in.Take('}')) return context.NotJson();
  }
  --context.depth;
  return true;
}

}  // namespace triad::gateway
