#include "runtime/rpc/bound_service.h"

#include <google/protobuf/descriptor.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// A wiring that does not fit the proto is a bug that the first start shows.
[[noreturn]] void Bug(absl::string_view what, absl::string_view why) {
  log::Error(absl::StrCat("cannot serve ", what, ": ", why));
  log::Flush();
  std::abort();
}

const ServiceDescriptor& DescriptorOf(absl::string_view name) {
  const ServiceDescriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(name));
  if (descriptor == nullptr) Bug(name, "no such service in the linked protos");
  return *descriptor;
}

absl::string_view NameOfShape(bool client_streaming, bool server_streaming) {
  if (client_streaming) return server_streaming ? "BidiStream" : "ClientStream";
  return server_streaming ? "ServerStream" : "Unary";
}

}  // namespace

BoundService::BoundService(Admission& admission, absl::string_view name)
    : RawService(DescriptorOf(name)),
      descriptor_(DescriptorOf(name)),
      bound_(static_cast<std::size_t>(descriptor_.method_count())) {
  for (int i = 0; i < descriptor_.method_count(); ++i) {
    methods_.emplace_back(*descriptor_.method(i), admission);
  }
  admission.AddService(*this);
}

const std::string& BoundService::name() const { return descriptor_.full_name(); }

void BoundService::CheckComplete() const {
  for (std::size_t i = 0; i < bound_.size(); ++i) {
    if (!bound_[i]) Bug(methods_[i].full_name(), "it is not bound");
  }
}

const Method& BoundService::Bind(absl::string_view name, const Shape& shape) {
  std::string full_name = absl::StrCat(descriptor_.full_name(), "/", name);
  const MethodDescriptor* proto = descriptor_.FindMethodByName(std::string(name));
  if (proto == nullptr) Bug(full_name, "no such method in the proto");
  absl::string_view is = NameOfShape(proto->client_streaming(), proto->server_streaming());
  absl::string_view bound_as = NameOfShape(shape.client_streaming, shape.server_streaming);
  if (is != bound_as) Bug(full_name, absl::StrCat("it is bound as ", bound_as, " and is ", is));
  for (auto [of_proto, of_function] : {std::pair(proto->input_type(), shape.request),
                                       std::pair(proto->output_type(), shape.response)}) {
    if (of_proto == of_function) continue;
    Bug(full_name, absl::StrCat("its function has ", of_function->full_name(), " where it has ",
                                of_proto->full_name()));
  }
  auto index = static_cast<std::size_t>(proto->index());
  if (bound_[index]) Bug(full_name, "it is bound twice");
  bound_[index] = true;
  return methods_[index];
}

}  // namespace triad::rpc
