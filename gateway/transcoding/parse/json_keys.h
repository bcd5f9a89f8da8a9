// The keys of a JSON object whose names no table knows: of a map, a Struct, or what is ignored.
#pragma once

#include <string>

#include "gateway/transcoding/parse/context.h"
#include "gateway/transcoding/text/key_set.h"

namespace triad::gateway {

// For one object.
class JsonKeys {
 public:
  // Takes the next key; two that differ only in their escapes are the same.
  bool Insert(ParseContext& context, const StringToken& key) {
    std::string scratch;
    auto place = static_cast<std::uint32_t>(key.raw.data() - context.in.AtOffset(0));
    auto key_at = [&](std::uint32_t other) { return KeyAt(context, other); };
    if (keys_.Insert(place, TextOf(key, scratch), key_at)) return true;
    context.FailAt(key.raw.data(), "is given twice");
    context.problem.AddKey(TextOf(key, scratch));
    return false;
  }

 private:
  // The key that begins at `place`. It was good when it was read.
  static absl::string_view KeyAt(ParseContext& context, std::uint32_t place) {
    const char* begin = context.in.AtOffset(place);
    StringToken key;
    const char* at = FindSpecial(begin, context.in.end());
    while (*at == '\\') {
      key.has_escapes = true;
      at = FindSpecial(at + 2, context.in.end());
    }
    key.raw = absl::string_view(begin, static_cast<std::size_t>(at - begin));
    return TextOf(key, context.scratch);
  }

  KeySet keys_;
};

}  // namespace triad::gateway
