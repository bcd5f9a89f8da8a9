#include <google/api/httpbody.pb.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/transform/call.h"
#include "cli/transform/runner.h"
#include "cli/transform/whole.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/recipe/notation.h"
#include "services/transform/engine/recipe/plan.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

constexpr char kRecipeHeader[] = "x-meta-recipe";
constexpr std::size_t kMaxSteps = 64;

std::string Quoted(absl::string_view value) {
  std::string quoted = "\"";
  while (!value.empty()) {
    Utf8Character next = FirstCharacter(value);
    if (next.length > 1 || next.code < 0x20 || next.code == 0x7F) {
      absl::StrAppendFormat(&quoted, "\\u{%x}", static_cast<std::uint32_t>(next.code));
    } else {
      if (next.code == '"' || next.code == '\\') quoted.push_back('\\');
      quoted.push_back(value[0]);
    }
    value.remove_prefix(next.length);
  }
  return quoted + "\"";
}

// A stream of the service, whose first message is `request`. `elsewhere` says where more is told
// of an answer that breaks off.
absl::Status Stream(Client& client, const Call& call, const v1::TransformStreamRequest& request,
                    const Content& input, const TakeOutput& take, absl::string_view elsewhere) {
  bool begun = false;
  absl::Status status =
      client.Converse(call, request, input, [&](const google::protobuf::Message& message) {
        begun = true;
        return take(static_cast<const google::api::HttpBody&>(message).data());
      });
  if (!begun || !absl::IsUnavailable(status)) return status;
  return absl::DataLossError(
      absl::StrCat(status.message(),
                   "; over HTTP that is all that is told of a step that fails once there was "
                   "output: ",
                   elsewhere, "grpc:// in --server, says why"));
}

class ServerRunner final : public Runner {
 public:
  ServerRunner(transform::Recipe recipe, Client& client)
      : recipe_(std::move(recipe)), text_(FormatForHeader(recipe_)), client_(client) {}

  // What this program cannot run, a server that is newer may.
  absl::Status Check() override {
    if (transform::Plan(recipe_, kMaxSteps).ok()) return absl::OkStatus();
    v1::ParseRecipeRequest request;
    request.set_recipe(text_);
    return Ask<v1::ParseRecipeResponse>(client_, TransformMethod("ParseRecipe"), request).status();
  }

  absl::Status Run(const Content& input, const TakeOutput& take) override {
    return transform::KeepsOutputs(recipe_) ? RunWhole(input, take) : RunStream(input, take);
  }

 private:
  absl::Status RunWhole(const Content& input, const TakeOutput& take) {
    v1::TransformRequest request;
    TRIAD_ASSIGN_OR_RETURN(*request.mutable_data(), ReadAllOf(input));
    request.set_recipe(text_);
    TRIAD_ASSIGN_OR_RETURN(
        v1::TransformResponse answer,
        Ask<v1::TransformResponse>(client_, TransformMethod("Transform"), request));
    return take(answer.has_data() ? answer.data() : answer.text());
  }

  // The recipe goes in a header always: it may have a secret, and queries are short.
  absl::Status RunStream(const Content& input, const TakeOutput& take) {
    Call call = {.method = &TransformMethod("TransformStream"),
                 .headers = {{kRecipeHeader, text_}}};
    return Stream(client_, call, {}, input, take, "--local, or ");
  }

  const transform::Recipe recipe_;
  const std::string text_;
  Client& client_;
};

class KeptRunner final : public Runner {
 public:
  KeptRunner(v1::TransformStreamRequest request, Headers headers, Client& client)
      : request_(std::move(request)),
        call_({.method = &TransformMethod("RunRecipe"), .headers = std::move(headers)}),
        client_(client) {}

  // It was when it was saved.
  absl::Status Check() override { return absl::OkStatus(); }

  absl::Status Run(const Content& input, const TakeOutput& take) override {
    return Stream(client_, call_, request_, input, take, "");
  }

 private:
  const v1::TransformStreamRequest request_;
  const Call call_;
  Client& client_;
};

}  // namespace

std::unique_ptr<Runner> MakeServerRunner(transform::Recipe recipe, Client& client) {
  return std::make_unique<ServerRunner>(std::move(recipe), client);
}

std::unique_ptr<Runner> MakeKeptRunner(v1::TransformStreamRequest request, Headers headers,
                                       Client& client) {
  return std::make_unique<KeptRunner>(std::move(request), std::move(headers), client);
}

std::string FormatForHeader(const transform::Recipe& recipe) {
  std::string text;
  for (const transform::Step& step : recipe) {
    absl::StrAppend(&text, text.empty() ? "" : " | ", step.disabled ? "off " : "", step.operation);
    absl::string_view before = "(";
    for (const auto& [name, value] : step.arguments) {
      absl::StrAppend(&text, before, name, "=", Quoted(value));
      before = ", ";
    }
    if (!step.arguments.empty()) text += ")";
    if (!step.as.empty()) absl::StrAppend(&text, " as ", step.as);
  }
  return text;
}

}  // namespace triad::cli
