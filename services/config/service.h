// triad.config.v1.ConfigService: each method is one line.
#pragma once

#include "runtime/rpc/admission/admission.h"
#include "services/config/app/app_config_handler.h"
#include "services/config/entries/entries_handler.h"
#include "services/config/watch/watch_handler.h"
#include "triad/config/v1/config.grpc.pb.h"

namespace triad::config {

// The unary methods take raw bytes, so that Admission can say what is wrong
// with a malformed message.
using ConfigServiceBase = v1::ConfigService::WithRawCallbackMethod_GetEntry<
    v1::ConfigService::WithRawCallbackMethod_ListEntries<
        v1::ConfigService::WithRawCallbackMethod_SetEntry<
            v1::ConfigService::WithCallbackMethod_WatchEntries<
                v1::ConfigService::WithRawCallbackMethod_GetAppConfig<
                    v1::ConfigService::Service>>>>>;

class ConfigService final : public ConfigServiceBase {
 public:
  // All must outlive the server.
  ConfigService(rpc::Admission& admission, EntryStore& store, WatchHub& hub, ValueLimits limits)
      : rpc_(admission, v1::ConfigService::service_full_name()),
        entries_(store, limits),
        watch_(hub),
        app_config_(store) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* GetEntry(Context* context, const Bytes* request,
                                     Bytes* response) override;
  grpc::ServerUnaryReactor* ListEntries(Context* context, const Bytes* request,
                                        Bytes* response) override;
  grpc::ServerUnaryReactor* SetEntry(Context* context, const Bytes* request,
                                     Bytes* response) override;
  grpc::ServerWriteReactor<v1::WatchEntriesResponse>* WatchEntries(
      Context* context, const v1::WatchEntriesRequest* request) override;
  grpc::ServerUnaryReactor* GetAppConfig(Context* context, const Bytes* request,
                                         Bytes* response) override;

 private:
  rpc::Methods rpc_;
  EntriesHandler entries_;
  WatchHandler watch_;
  AppConfigHandler app_config_;
};

}  // namespace triad::config
