#include "cli/session.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/terminal/terminal.h"
#include "cli/transport/waiting.h"
#include "runtime/base/status.h"
#include "runtime/yaml/yaml.h"

namespace triad::cli {

Session::Session(const CommandTable& table, Invocation invocation, Profiles profiles,
                 Settings settings)
    : table_(table),
      invocation_(std::move(invocation)),
      profiles_(std::move(profiles)),
      settings_(std::move(settings)),
      colours_(WantsColours(Stream::kOut)) {}

std::string Session::argument(std::size_t index) const {
  return index < arguments().size() ? arguments()[index] : "";
}

absl::StatusOr<Client*> Session::client() {
  if (client_ == nullptr) {
    TRIAD_ASSIGN_OR_RETURN(client_, NewClient());
  }
  return client_.get();
}

absl::StatusOr<std::unique_ptr<Client>> Session::NewClient() const {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Client> client,
                         MakeClient({.server = settings_.server,
                                     .token_file = settings_.token_file,
                                     .ca_file = settings_.ca_file,
                                     .timeout = settings_.timeout}));
  auto progress = std::make_shared<Progress>();
  auto on_away = [this, progress](const absl::Status&, absl::Duration since) {
    progress->Show(absl::ToInt64Seconds(since), absl::StrCat("s waiting for ", settings_.server));
  };
  return MakeWaitingClient(std::move(client), settings_.wait, std::move(on_away));
}

void Session::Write(absl::string_view text) const {
  // Whether all of it could be written is seen once, at the end.
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Session::Flush() const { std::fflush(stdout); }

Sink Session::sink() const {
  return [this](absl::string_view text) { Write(text); };
}

void Session::WriteDocument(const nlohmann::ordered_json& value) const {
  Write(FormatDocument(value, settings_.output));
}

void Session::WriteOneOfMany(const nlohmann::ordered_json& value) const {
  bool json = settings_.output == OutputFormat::kJson;
  Write(json ? absl::StrCat(value.dump(), "\n") : absl::StrCat("---\n", FormatYaml(value)));
}

void Session::Say(absl::string_view text) const {
  std::fflush(stdout);
  std::fputs(absl::StrCat(text, "\n").c_str(), stderr);
}

}  // namespace triad::cli
