#include "services/storage/objects/objects_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/resources/dry_run.h"
#include "runtime/base/status.h"
#include "runtime/rpc/message_writer.h"
#include "runtime/rpc/paging.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

// What the place of a page token begins with: it ends at a name, or at a common prefix.
constexpr char kNamePlace = 'n';
constexpr char kPrefixPlace = 'p';

absl::StatusOr<v1::Object> Answer(rpc::Call& call, absl::StatusOr<Object> object) {
  if (!object.ok()) return WithWriteStatus(call, std::move(object).status());
  return ToProto(*object);
}

std::string FormatPlace(const ListPlace& place) {
  return std::string(1, place.common ? kPrefixPlace : kNamePlace) + place.text;
}

// Reads back what FormatPlace wrote.
ListPlace ParsePlace(const std::string& place) {
  return {place.substr(1), place.front() == kPrefixPlace};
}

absl::StatusOr<ObjectSelection> SelectionOf(const std::string& name, std::int64_t generation) {
  ObjectSelection selection;
  TRIAD_ASSIGN_OR_RETURN(selection.name, ParseObjectName("name", name));
  TRIAD_ASSIGN_OR_RETURN(selection.generation, GenerationFromProto("generation", generation));
  return selection;
}

// The same of one of several requests, which must be about objects of `bucket`.
absl::StatusOr<ObjectSelection> SelectionOf(const std::string& field, const std::string& bucket,
                                            const v1::DeleteObjectRequest& request) {
  ObjectSelection selection;
  TRIAD_ASSIGN_OR_RETURN(selection.name,
                         ParseObjectName(absl::StrCat(field, ".name"), request.name()));
  if (selection.name.bucket != bucket) {
    return InvalidField(absl::StrCat(field, ".name"), "must be of the bucket in parent");
  }
  TRIAD_ASSIGN_OR_RETURN(
      selection.generation,
      GenerationFromProto(absl::StrCat(field, ".generation"), request.generation()));
  TRIAD_ASSIGN_OR_RETURN(selection.condition, ConditionFromProto(absl::StrCat(field, ".condition"),
                                                                 request.condition()));
  return selection;
}

absl::StatusOr<ObjectQuery> QueryFromProto(const v1::ListObjectsRequest& request) {
  ObjectQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.bucket, ParseBucketName("parent", request.parent()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("prefix", request.prefix()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("start_after", request.start_after()));
  if (!v1::ListObjectsRequest::Order_IsValid(request.order())) {
    return InvalidField("order", "must be ORDER_ASCENDING or ORDER_DESCENDING");
  }
  query.prefix = request.prefix();
  query.delimiter = request.delimiter();
  query.descending = request.order() == v1::ListObjectsRequest::ORDER_DESCENDING;
  if (!request.start_after().empty()) query.after = ListPlace{request.start_after(), false};
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  return query;
}

}  // namespace

absl::StatusOr<v1::Object> ObjectsHandler::Get(rpc::Call&, const v1::GetObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectSelection selected,
                         SelectionOf(request.name(), request.generation()));
  TRIAD_ASSIGN_OR_RETURN(Object object, objects_.Get(selected.name, selected.generation));
  return ToProto(object);
}

// Objects are written as they are read.
absl::StatusOr<rpc::Encoded<v1::ListObjectsResponse>> ObjectsHandler::List(
    rpc::Call&, const v1::ListObjectsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectQuery query, QueryFromProto(request));
  absl::string_view chosen[] = {request.parent(), query.prefix, query.delimiter,
                                request.start_after(), query.descending ? "descending" : ""};
  TRIAD_ASSIGN_OR_RETURN(std::string token, rpc::ParsePageToken(chosen, request.page_token()));
  if (!token.empty()) query.after = ParsePlace(token);
  rpc::MessageWriter writer;
  rpc::MessagePieces pieces;
  TRIAD_ASSIGN_OR_RETURN(ObjectPage page, lister_.List(query, [&](const ObjectView& object) {
    writer.Clear();
    Write(object, writer);
    pieces.AddField(v1::ListObjectsResponse::kObjectsFieldNumber, writer.message());
  }));
  v1::ListObjectsResponse rest;
  if (request.count()) TRIAD_RETURN_IF_ERROR(AddCounts(query, rest));
  for (std::string& prefix : page.prefixes) rest.add_prefixes(std::move(prefix));
  if (page.next.has_value()) {
    rest.set_next_page_token(rpc::MakePageToken(chosen, FormatPlace(*page.next)));
  }
  pieces.AddFields(rest.SerializeAsString());
  return rpc::Encoded<v1::ListObjectsResponse>{pieces.Take()};
}

absl::Status ObjectsHandler::AddCounts(const ObjectQuery& query,
                                       v1::ListObjectsResponse& response) {
  TRIAD_ASSIGN_OR_RETURN(NameCount total, lister_.Count(query));
  TRIAD_ASSIGN_OR_RETURN(NameCount before, lister_.CountBefore(query));
  response.set_total_count(total.count);
  response.set_total_at_least(total.at_least);
  response.set_position(before.count);
  response.set_position_at_least(before.at_least);
  return absl::OkStatus();
}

absl::StatusOr<v1::Object> ObjectsHandler::Update(rpc::Call& call,
                                                  const v1::UpdateObjectRequest& request) {
  ObjectSelection selected;
  TRIAD_ASSIGN_OR_RETURN(selected.name, ParseObjectName("object.name", request.object().name()));
  TRIAD_ASSIGN_OR_RETURN(selected.condition, ConditionOf(call, request.condition()));
  if (!request.object().etag().empty() && !selected.condition.if_match.has_value()) {
    selected.condition.if_match =
        EtagList{.any = false, .tags = {{request.object().etag(), /*weak=*/false}}};
  }
  TRIAD_ASSIGN_OR_RETURN(ObjectChanges changes,
                         ChangesFromProto("object", request.object(), request.update_mask()));
  return Answer(call, editor_.Update(selected, changes, DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::Object> ObjectsHandler::Copy(rpc::Call& call,
                                                const v1::CopyObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectSelection source, SelectionOf(request.name(), request.generation()));
  TRIAD_ASSIGN_OR_RETURN(source.condition, ConditionOf(call, request.condition()));
  TRIAD_ASSIGN_OR_RETURN(ObjectName target, ParseObjectName("destination", request.destination()));
  TRIAD_ASSIGN_OR_RETURN(
      ObjectCondition condition,
      ConditionFromProto("destination_condition", request.destination_condition()));
  ObjectChanges changes;
  if (!request.update_mask().paths().empty()) {
    TRIAD_ASSIGN_OR_RETURN(changes,
                           ChangesFromProto("object", request.object(), request.update_mask()));
  }
  return Answer(
      call, editor_.Copy(source, target, condition, changes, DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::Object> ObjectsHandler::Move(rpc::Call& call,
                                                const v1::MoveObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectSelection source, SelectionOf(request.name(), 0));
  TRIAD_ASSIGN_OR_RETURN(source.condition, ConditionOf(call, request.condition()));
  TRIAD_ASSIGN_OR_RETURN(ObjectName target, ParseObjectName("destination", request.destination()));
  TRIAD_ASSIGN_OR_RETURN(
      ObjectCondition condition,
      ConditionFromProto("destination_condition", request.destination_condition()));
  return Answer(call, editor_.Move(source, target, condition, DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::Object> ObjectsHandler::Undelete(rpc::Call& call,
                                                    const v1::UndeleteObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectSelection selected,
                         SelectionOf(request.name(), request.generation()));
  TRIAD_ASSIGN_OR_RETURN(selected.condition, ConditionOf(call, request.condition()));
  return Answer(call, editor_.Restore(selected, DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::DeleteObjectResponse> ObjectsHandler::Delete(
    rpc::Call& call, const v1::DeleteObjectRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ObjectSelection selected,
                         SelectionOf(request.name(), request.generation()));
  TRIAD_ASSIGN_OR_RETURN(selected.condition, ConditionOf(call, request.condition()));
  TRIAD_ASSIGN_OR_RETURN(v1::Object deleted,
                         Answer(call, editor_.Delete(selected, DryRunOf(request.validate_only()))));
  v1::DeleteObjectResponse response;
  *response.mutable_object() = std::move(deleted);
  return response;
}

absl::StatusOr<v1::BatchDeleteObjectsResponse> ObjectsHandler::DeleteEach(
    rpc::Call& call, const v1::BatchDeleteObjectsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string bucket, ParseBucketName("parent", request.parent()));
  std::vector<ObjectSelection> selected;
  for (const v1::DeleteObjectRequest& one : request.requests()) {
    TRIAD_ASSIGN_OR_RETURN(
        selected.emplace_back(),
        SelectionOf(absl::StrCat("requests[", selected.size(), "]"), bucket, one));
  }
  absl::StatusOr<std::vector<DeleteOutcome>> results =
      editor_.DeleteEach(selected, DryRunOf(request.validate_only()));
  if (!results.ok()) return WithWriteStatus(call, std::move(results).status());
  v1::BatchDeleteObjectsResponse response;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < results->size(); ++i) {
    const absl::Status& status = (*results)[i].deleted.status();
    const std::optional<Object>& current = (*results)[i].current;
    v1::BatchDeleteObjectsResponse::Result& result = *response.add_results();
    result.set_name(FormatObjectName(selected[i].name));
    result.mutable_status()->set_code(static_cast<int>(status.code()));
    result.mutable_status()->set_message(std::string(status.message()));
    if (current.has_value() && bytes < kPageBytes) {
      bytes += DescriptionBytes(ViewOf(*current));
      *result.mutable_current() = ToProto(*current);
    }
    if (status.ok()) response.set_deleted_count(response.deleted_count() + 1);
  }
  return response;
}

}  // namespace triad::storage
