// Errors as HTTP answers: google.rpc.Status in JSON.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/transcoding/codec.h"
#include "runtime/http/parser/message.h"

namespace google::protobuf {
class DescriptorPool;
}

namespace triad::gateway {

struct ErrorAnswer {
  http::ResponseHead head;
  std::string body;
};

class RequestErrors;

// Immutable, hence thread-safe.
class Errors {
 public:
  // Knows the details of google.rpc alone.
  Errors();
  // `pool` and `codec` know the details of the services too. Both must outlive this. `style` is
  // that of their details.
  Errors(const google::protobuf::DescriptorPool& pool, const Codec& codec, const JsonStyle& style);

  // Those of the request with that id. Both must outlive them.
  RequestErrors For(const std::string& request_id) const;

 private:
  friend class RequestErrors;
  std::string DetailJson(absl::string_view type_url, absl::string_view value) const;

  const std::unique_ptr<Codec> google_rpc_codec_;  // over google.rpc as compiled in
  const google::protobuf::DescriptorPool& pool_;
  const Codec& codec_;
  const JsonStyle style_;
};

// The errors of one request, whose id stands in them as a google.rpc.RequestInfo: whoever is
// shown one can name it to who reads the logs.
class RequestErrors {
 public:
  // See Errors::For.
  RequestErrors(const Errors& errors, const std::string& request_id)
      : errors_(errors), request_id_(request_id) {}

  // {"code":5,"message":"…","details":[{"@type":"…",…}]}
  // `details` is a serialized google.rpc.Status, or empty for the details that
  // `status` carries itself. Message and details are cut at 4 KiB each. A
  // detail of a type nobody knows is {"@type":…,"value":base64}.
  std::string Json(const absl::Status& status, absl::string_view details = {}) const;

  // The whole answer. A status of `facts` from 400 on overrides the table, and
  // its headers are sent. 503 carries Retry-After, of a RetryInfo or 1.
  ErrorAnswer Answer(const absl::Status& status, absl::string_view details = {},
                     const HttpFacts& facts = {}) const;
  // The same for an error of the gateway's own with a fixed HTTP status.
  ErrorAnswer Answer(const absl::Status& status, int http_status) const;

 private:
  const Errors& errors_;
  const std::string& request_id_;
};

}  // namespace triad::gateway
