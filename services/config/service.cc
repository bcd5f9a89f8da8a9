#include "services/config/service.h"

namespace triad::config {

using rpc::Call;
using rpc::Run;

grpc::ServerUnaryReactor* ConfigService::GetEntry(Context* context, const Bytes* request,
                                                  Bytes* response) {
  return rpc_.Unary<v1::GetEntryRequest, v1::Entry>(
      context, "GetEntry", request, response, Run::kExecutor,
      [this](Call& call, const v1::GetEntryRequest& r) { return entries_.Get(call, r); });
}

grpc::ServerUnaryReactor* ConfigService::ListEntries(Context* context, const Bytes* request,
                                                     Bytes* response) {
  return rpc_.Unary<v1::ListEntriesRequest, v1::ListEntriesResponse>(
      context, "ListEntries", request, response, Run::kExecutor,
      [this](Call& call, const v1::ListEntriesRequest& r) { return entries_.List(call, r); });
}

grpc::ServerUnaryReactor* ConfigService::SetEntry(Context* context, const Bytes* request,
                                                  Bytes* response) {
  return rpc_.Unary<v1::SetEntryRequest, v1::Entry>(
      context, "SetEntry", request, response, Run::kExecutor,
      [this](Call& call, const v1::SetEntryRequest& r) { return entries_.Set(call, r); });
}

grpc::ServerWriteReactor<v1::WatchEntriesResponse>* ConfigService::WatchEntries(
    Context* context, const v1::WatchEntriesRequest* request) {
  return rpc_.ServerStream<v1::WatchEntriesResponse>(
      context, "WatchEntries", request, Run::kExecutor,
      [this](Call& call, const v1::WatchEntriesRequest& r) { return watch_.Watch(call, r); });
}

grpc::ServerUnaryReactor* ConfigService::GetAppConfig(Context* context, const Bytes* request,
                                                      Bytes* response) {
  return rpc_.Unary<v1::GetAppConfigRequest, v1::AppConfig>(
      context, "GetAppConfig", request, response, Run::kExecutor,
      [this](Call& call, const v1::GetAppConfigRequest& r) { return app_config_.Get(call, r); });
}

}  // namespace triad::config
