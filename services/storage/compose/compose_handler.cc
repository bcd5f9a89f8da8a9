#include "services/storage/compose/compose_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/model/property_rules.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

absl::StatusOr<ObjectSelection> SourceFromProto(const std::string& field,
                                                const v1::ComposeObjectRequest::Source& source) {
  ObjectSelection selection;
  TRIAD_ASSIGN_OR_RETURN(selection.name,
                         ParseObjectName(absl::StrCat(field, ".name"), source.name()));
  TRIAD_ASSIGN_OR_RETURN(
      selection.generation,
      GenerationFromProto(absl::StrCat(field, ".generation"), source.generation()));
  TRIAD_ASSIGN_OR_RETURN(selection.condition,
                         ConditionFromProto(absl::StrCat(field, ".condition"), source.condition()));
  return selection;
}

absl::StatusOr<NewObject> TargetFromProto(const rpc::Call& call,
                                          const v1::ComposeObjectRequest& request) {
  NewObject target;
  TRIAD_ASSIGN_OR_RETURN(target.name, ParseObjectName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(target.condition, ConditionOf(call, request.condition()));
  TRIAD_ASSIGN_OR_RETURN(ObjectChanges changes, ChangesFromProto("object", request.object(), {}));
  Object described;
  TRIAD_ASSIGN_OR_RETURN(described.content_type,
                         CheckContentType("object.content_type", request.object().content_type()));
  changes.Apply(described);
  target.content_type = described.content_type;
  target.properties = described.properties;
  target.dry_run = DryRunOf(request.validate_only());
  return target;
}

class AppendSink final : public ComposeHandler::Sink {
 public:
  AppendSink(ObjectComposer& composer, rpc::Call& call) : composer_(composer), call_(call) {}

  absl::Status Write(const v1::AppendObjectRequest& request) override {
    return WithWriteStatus(call_, TryWrite(request));
  }

  absl::StatusOr<v1::Object> Finish() override {
    if (append_ == nullptr) return InvalidField("name", "must be in the first message");
    absl::StatusOr<Object> object = append_->Finish();
    if (!object.ok()) return WithWriteStatus(call_, std::move(object).status());
    return ToProto(*object);
  }

 private:
  absl::Status TryWrite(const v1::AppendObjectRequest& request) {
    if (append_ == nullptr) TRIAD_RETURN_IF_ERROR(Begin(request));
    return append_->Append(request.content().data());
  }

  absl::Status Begin(const v1::AppendObjectRequest& request) {
    ObjectSelection object;
    TRIAD_ASSIGN_OR_RETURN(object.name, ParseObjectName("name", request.name()));
    TRIAD_ASSIGN_OR_RETURN(object.condition, ConditionOf(call_, request.condition()));
    if (request.expected_size() < 0) {
      return InvalidField("expected_size", "must be the object's size in bytes");
    }
    TRIAD_ASSIGN_OR_RETURN(append_,
                           composer_.BeginAppend(std::move(object), request.expected_size(),
                                                 DryRunOf(request.validate_only())));
    return absl::OkStatus();
  }

  ObjectComposer& composer_;
  rpc::Call& call_;
  std::unique_ptr<ObjectAppend> append_;
};

}  // namespace

absl::StatusOr<v1::Object> ComposeHandler::Compose(rpc::Call& call,
                                                   const v1::ComposeObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(NewObject target, TargetFromProto(call, request));
  auto count = static_cast<std::size_t>(request.sources_size());
  if (count == 0 || count > ObjectComposer::kMaxSources) {
    return InvalidField("sources", absl::StrCat("must be 1 to ", ObjectComposer::kMaxSources));
  }
  std::vector<ObjectSelection> sources;
  for (const v1::ComposeObjectRequest::Source& source : request.sources()) {
    TRIAD_ASSIGN_OR_RETURN(sources.emplace_back(),
                           SourceFromProto(absl::StrCat("sources[", sources.size(), "]"), source));
  }
  absl::StatusOr<Object> object = composer_.Compose(sources, target);
  if (!object.ok()) return WithWriteStatus(call, std::move(object).status());
  return ToProto(*object);
}

absl::StatusOr<std::unique_ptr<ComposeHandler::Sink>> ComposeHandler::Append(rpc::Call& call) {
  TRIAD_RETURN_IF_ERROR(ConditionOf(call, {}).status());
  return std::make_unique<AppendSink>(composer_, call);
}

}  // namespace triad::storage
