#include "services/config/namespaces/namespaces_handler.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/field_mask.h"
#include "runtime/rpc/paging.h"
#include "runtime/rpc/timestamps.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr absl::string_view kDescription = "description";

v1::Namespace ToProto(Namespace found) {
  v1::Namespace proto;
  proto.set_name(absl::StrCat("namespaces/", found.name));
  proto.set_description(std::move(found.description));
  *proto.mutable_create_time() = rpc::TimeToProto(found.create_time);
  proto.set_entry_count(found.entries);
  proto.set_at_least(found.at_least);
  proto.set_deleting(found.deleting);
  proto.set_read_revision(found.read_revision.value);
  return proto;
}

}  // namespace

absl::StatusOr<v1::Namespace> NamespacesHandler::Create(rpc::Call&,
                                                        const v1::CreateNamespaceRequest& request) {
  const v1::Namespace& made = request.namespace_();
  TRIAD_ASSIGN_OR_RETURN(std::string name, ParseParent("namespace.name", made.name()));
  TRIAD_RETURN_IF_ERROR(CheckDescription("namespace.description", made.description()));
  TRIAD_ASSIGN_OR_RETURN(Namespace created, store_.Create(name, made.description(),
                                                          DryRunOf(request.validate_only())));
  return ToProto(std::move(created));
}

absl::StatusOr<v1::Namespace> NamespacesHandler::Get(rpc::Call&,
                                                     const v1::GetNamespaceRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string name, ParseParent("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Namespace found, store_.Get(name));
  return ToProto(std::move(found));
}

absl::StatusOr<v1::ListNamespacesResponse> NamespacesHandler::List(
    rpc::Call&, const v1::ListNamespacesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string after, rpc::ParsePageToken({}, request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(NamespacePage page, store_.List(after, limit));
  v1::ListNamespacesResponse response;
  response.set_revision(page.revision.value);
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken({}, page.namespaces.back().name));
  }
  for (Namespace& found : page.namespaces) *response.add_namespaces() = ToProto(std::move(found));
  return response;
}

absl::StatusOr<v1::Namespace> NamespacesHandler::Update(rpc::Call&,
                                                        const v1::UpdateNamespaceRequest& request) {
  const v1::Namespace& changed = request.namespace_();
  TRIAD_ASSIGN_OR_RETURN(std::string name, ParseParent("namespace.name", changed.name()));
  TRIAD_RETURN_IF_ERROR(CheckDescription("namespace.description", changed.description()));
  const google::protobuf::FieldMask& mask = request.update_mask();
  TRIAD_RETURN_IF_ERROR(rpc::CheckMask(mask, *v1::Namespace::descriptor(), {kDescription}));
  bool changes = rpc::MaskNames(mask, kDescription, /*is_set=*/true);
  TRIAD_ASSIGN_OR_RETURN(
      Namespace result,
      changes ? store_.Describe(name, changed.description(), DryRunOf(request.validate_only()))
              : store_.Get(name));
  return ToProto(std::move(result));
}

absl::StatusOr<v1::DeleteNamespaceResponse> NamespacesHandler::Delete(
    rpc::Call&, const v1::DeleteNamespaceRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string name, ParseParent("name", request.name()));
  TRIAD_RETURN_IF_ERROR(store_.Delete(name, request.force(), DryRunOf(request.validate_only())));
  return v1::DeleteNamespaceResponse();
}

}  // namespace triad::config
