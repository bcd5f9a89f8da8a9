// CreateNamespace, GetNamespace, ListNamespaces, UpdateNamespace, DeleteNamespace.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/namespaces/namespace_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class NamespacesHandler {
 public:
  explicit NamespacesHandler(NamespaceStore& store) : store_(store) {}

  absl::StatusOr<v1::Namespace> Create(rpc::Call& call, const v1::CreateNamespaceRequest& request);
  absl::StatusOr<v1::Namespace> Get(rpc::Call& call, const v1::GetNamespaceRequest& request);
  absl::StatusOr<v1::ListNamespacesResponse> List(rpc::Call& call,
                                                  const v1::ListNamespacesRequest& request);
  absl::StatusOr<v1::Namespace> Update(rpc::Call& call, const v1::UpdateNamespaceRequest& request);
  absl::StatusOr<v1::DeleteNamespaceResponse> Delete(rpc::Call& call,
                                                     const v1::DeleteNamespaceRequest& request);

 private:
  NamespaceStore& store_;
};

}  // namespace triad::config
