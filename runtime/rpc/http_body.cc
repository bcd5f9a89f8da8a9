#include "runtime/rpc/http_body.h"

#include <memory>
#include <utility>

#include "runtime/rpc/message_writer.h"

namespace triad::rpc {

Encoded<google::api::HttpBody> HttpBodyOf(absl::string_view content_type, std::string data) {
  using google::api::HttpBody;
  MessageWriter head;
  head.Text(HttpBody::kContentTypeFieldNumber, content_type);
  if (!data.empty()) head.BytesHead(HttpBody::kDataFieldNumber, data.size());
  struct Parts {
    std::string head;
    std::string data;
  };
  auto parts = std::make_shared<const Parts>(Parts{std::string(head.message()), std::move(data)});
  Encoded<HttpBody> body;
  body.pieces = {parts->head, parts->data};
  body.owner = std::move(parts);
  body.is_own = true;
  return body;
}

}  // namespace triad::rpc
