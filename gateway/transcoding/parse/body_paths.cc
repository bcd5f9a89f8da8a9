#include "gateway/transcoding/parse/body_paths.h"

#include "gateway/transcoding/parse/context.h"
#include "gateway/transcoding/parse/skip.h"

namespace triad::gateway {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::MessageTable;
using messages::WellKnown;

// Each path repeats what it lies in, so that a deep body has paths that are much longer than it.
constexpr std::size_t kMaxBytes = 64 * 1024;

// Whether its fields are named, rather than itself.
bool IsOpened(const FieldEntry& field) {
  return field.message != nullptr && field.cardinality == Cardinality::kSingular &&
         field.message->well_known() == WellKnown::kNone;
}

class BodyPaths {
 public:
  explicit BodyPaths(ParseContext& context) : context_(context) {}

  // Adds those of an object of `type`, which comes next. False if they are too many.
  bool AddObject(const MessageTable& type, const std::string& prefix) {
    return EachMember(context_, [&](const StringToken& key) {
      const FieldEntry* field = type.FindByName(TextOf(key, context_.scratch));
      // It was ignored.
      if (field == nullptr) return SkipValue(context_);
      bool is_extension = field->json_name.front() == '[';
      std::string path =
          absl::StrCat(prefix, is_extension ? field->json_name : field->descriptor->name());
      if (context_.in.Peek() != '{' || !IsOpened(*field)) {
        return Add(std::move(path)) && SkipValue(context_);
      }
      std::size_t before = paths_.size();
      if (!AddObject(*field->message, path + ".")) return false;
      return paths_.size() > before || Add(std::move(path));
    });
  }

  std::vector<std::string> Take() && { return std::move(paths_); }

 private:
  bool Add(std::string path) {
    bytes_ += path.size() + 1;
    if (bytes_ > kMaxBytes) return false;
    paths_.push_back(std::move(path));
    return true;
  }

  ParseContext& context_;
  std::vector<std::string> paths_;
  std::size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> PathsInJson(const google::protobuf::DescriptorPool& pool,
                                                     const messages::MessageTables& tables,
                                                     const CodecOptions& options,
                                                     const MessageTable& type,
                                                     absl::string_view json) {
  ParseContext context(pool, tables, options, json, UncountedMemory());
  BodyPaths paths(context);
  if (context.in.Peek() == '{' && !paths.AddObject(type, "")) {
    return absl::InvalidArgumentError("body: names too many fields for a mask: give the mask");
  }
  return std::move(paths).Take();
}

}  // namespace triad::gateway
