#include "services/config/entries/entries_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/list_mapping.h"
#include "services/config/model/entry_name.h"
#include "services/config/watch/wait_handler.h"

namespace triad::config {
namespace {

// The entity tag of the answer, and 304 if the caller has it (RFC 9110, section 13.1.2). A
// tag that is `weak` is that of answers that say the same.
absl::Status SayWhetherChanged(rpc::Call& call, const std::string& etag, bool weak) {
  call.SetHttpHeader("etag", absl::StrCat(weak ? "W/" : "", "\"", etag, "\""));
  std::optional<std::string> known = call.Header("if-none-match");
  if (!known.has_value()) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(EtagList etags, ParseEtagList("if-none-match", *known));
  if (etags.MatchesWeakly(etag)) call.SetHttpStatus(304);
  return absl::OkStatus();
}

absl::StatusOr<v1::Entry> AnswerWith(rpc::Call& call, absl::StatusOr<Entry> entry) {
  if (!entry.ok()) return entry.status();
  TRIAD_RETURN_IF_ERROR(SayWhetherChanged(call, entry->etag, false));
  return ToProto(*std::move(entry));
}

absl::Status CheckAfter(std::int64_t after_revision, bool waits) {
  if (after_revision >= 0 && (waits || after_revision == 0)) return absl::OkStatus();
  return InvalidField("after_revision", "must not be negative, nor be set without wait");
}

// What `answer` returns, at once if there is no watch to wait for.
template <typename Response, typename Answer>
EntriesHandler::Later<Response> NowOrLater(std::unique_ptr<Watch> watch, Executor& executor,
                                           Answer answer) {
  if (watch != nullptr) {
    return std::make_unique<WaitSource<Response>>(std::move(watch), executor, std::move(answer));
  }
  TRIAD_ASSIGN_OR_RETURN(Response response, answer());
  return std::make_unique<rpc::Ready<Response>>(std::move(response));
}

}  // namespace

std::optional<absl::StatusOr<v1::Entry>> EntriesHandler::TryGet(
    rpc::Call& call, const v1::GetEntryRequest& request) const {
  bool now = request.at_case() == v1::GetEntryRequest::AT_NOT_SET && !request.has_wait() &&
             request.after_revision() == 0 && !request.resolve();
  if (!now) return std::nullopt;
  absl::StatusOr<EntryName> name = ParseEntryName("name", request.name());
  if (!name.ok()) return name.status();
  std::optional<absl::StatusOr<Entry>> entry = store_.TryGet(*name);
  if (!entry.has_value()) return std::nullopt;
  return AnswerWith(call, *std::move(entry));
}

EntriesHandler::Later<v1::Entry> EntriesHandler::Get(rpc::Call& call,
                                                     const v1::GetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  TRIAD_RETURN_IF_ERROR(CheckAfter(request.after_revision(), request.has_wait()));
  std::unique_ptr<Watch> watch;
  if (request.has_wait()) {
    if (request.at_case() != v1::GetEntryRequest::AT_NOT_SET) {
      return InvalidField("wait", "must not be set beside version or revision");
    }
    TRIAD_ASSIGN_OR_RETURN(absl::Duration wait, WaitOf(call, request.wait()));
    WatchFilter filter(name.space, name.key);
    filter.exact = true;
    TRIAD_ASSIGN_OR_RETURN(
        watch, StartWait(hub_, std::move(filter), Revision{request.after_revision()}, wait));
  }
  auto answer = [this, &call, &request, name] { return GetNow(call, name, request); };
  return NowOrLater<v1::Entry>(std::move(watch), executor_, answer);
}

absl::StatusOr<v1::Entry> EntriesHandler::GetNow(rpc::Call& call, const EntryName& name,
                                                 const v1::GetEntryRequest& request) {
  absl::StatusOr<Entry> entry = Find(name, request);
  if (!entry.ok() || !request.resolve()) return AnswerWith(call, std::move(entry));
  std::vector<Entry> entries;
  entries.push_back(*std::move(entry));
  TRIAD_RETURN_IF_ERROR(references_.Resolve(entries, entries.front().read_revision));
  return ToProto(std::move(entries.front()));
}

absl::StatusOr<Entry> EntriesHandler::Find(const EntryName& name,
                                           const v1::GetEntryRequest& request) {
  switch (request.at_case()) {
    case v1::GetEntryRequest::kVersion:
      if (request.version() <= 0) return InvalidField("version", "must be 1 or more");
      return history_.GetVersion(name, request.version());
    case v1::GetEntryRequest::kRevision:
      if (request.revision() <= 0) return InvalidField("revision", "must be 1 or more");
      return history_.GetAt(name, Revision{request.revision()});
    case v1::GetEntryRequest::AT_NOT_SET:
      break;
  }
  return store_.Get(name);
}

std::optional<absl::StatusOr<v1::ListEntriesResponse>> EntriesHandler::TryList(
    rpc::Call& call, const v1::ListEntriesRequest& request) const {
  if (request.has_wait() || request.after_revision() != 0 || request.resolve()) return std::nullopt;
  absl::StatusOr<ListQuery> query = QueryFromProto(request);
  if (!query.ok()) return query.status();
  std::optional<absl::StatusOr<EntryPage>> page = store_.TryList(*query);
  if (!page.has_value()) return std::nullopt;
  if (!page->ok()) return page->status();
  return Answer(call, request, **std::move(page));
}

EntriesHandler::Later<v1::ListEntriesResponse> EntriesHandler::List(
    rpc::Call& call, const v1::ListEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ListQuery query, QueryFromProto(request));
  TRIAD_RETURN_IF_ERROR(CheckAfter(request.after_revision(), request.has_wait()));
  std::unique_ptr<Watch> watch;
  if (request.has_wait()) {
    if (query.at.has_value()) {
      return InvalidField("wait", "must not be set beside page_token or revision");
    }
    TRIAD_ASSIGN_OR_RETURN(absl::Duration wait, WaitOf(call, request.wait()));
    WatchFilter filter(query.filter.space, query.filter.prefix);
    filter.labels = query.labels;
    TRIAD_ASSIGN_OR_RETURN(
        watch, StartWait(hub_, std::move(filter), Revision{request.after_revision()}, wait));
  }
  auto answer = [this, &call, &request] { return ListNow(call, request); };
  return NowOrLater<v1::ListEntriesResponse>(std::move(watch), executor_, answer);
}

absl::StatusOr<v1::ListEntriesResponse> EntriesHandler::ListNow(
    rpc::Call& call, const v1::ListEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ListQuery query, QueryFromProto(request));
  TRIAD_ASSIGN_OR_RETURN(EntryPage page, store_.List(query));
  if (request.resolve()) {
    TRIAD_RETURN_IF_ERROR(references_.Resolve(page.entries, page.revision));
    return PageToProto(request, std::move(page), epoch_);
  }
  return Answer(call, request, std::move(page));
}

absl::StatusOr<v1::ListEntriesResponse> EntriesHandler::Answer(
    rpc::Call& call, const v1::ListEntriesRequest& request, EntryPage page) const {
  bool first = request.page_token().empty() && request.revision() == 0;
  if (first && page.changed.has_value()) {
    TRIAD_RETURN_IF_ERROR(SayWhetherChanged(call, FormatEtag(epoch_, *page.changed), true));
  }
  return PageToProto(request, std::move(page), epoch_);
}

}  // namespace triad::config
