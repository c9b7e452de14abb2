// SPDX-License-Identifier: BSD-3-Clause
#include "control/url_client.h"

#include <array>
#include <curl/curl.h>
#include <memory>

#include "base/check.h"
#include "wire/address.h"

namespace stentor::control {

namespace {

using Kind = HttpFailure::Kind;

struct Release {
  void operator()(CURL* transfer) const { curl_easy_cleanup(transfer); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};
template <typename T>
using Owned = std::unique_ptr<T, Release>;

tl::unexpected<HttpFailure> failure(Kind kind, std::string sentence) {
  return tl::unexpected(HttpFailure{kind, std::move(sentence)});
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return Owned<char>(text).get();
}

bool is_loopback(const std::string& host) {
  const auto address = wire::Ipv4Address::parse(host);
  return host == "localhost" || (address && address->is_loopback());
}

// What is wrong with it; empty: nothing.
std::string fault_of(const std::string& text) {
  const Owned<CURLU> url(curl_url());
  CHECK(url != nullptr);
  std::string shape = "'" + text + "' is no https://HOST:PORT";
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return shape;
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if ((scheme != "https" && scheme != "http") || part_of(url.get(), CURLUPART_PATH) != "/") {
    return shape;
  }
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    if (!part_of(url.get(), part).empty()) return shape;
  }
  if (scheme == "http" && !is_loopback(part_of(url.get(), CURLUPART_HOST))) {
    return "'" + text + "' would carry the token in the clear: use https";
  }
  return {};
}

using Visit = std::function<bool(std::string_view)>;

// What becomes of an answer's body.
struct Reader {
  CURL* transfer;
  const Visit* visit;  // null: it is kept, as that of a refusal is anyway
  HttpAnswer answer{};
  bool is_over = false;  // `visit` says so

  [[nodiscard]] unsigned status() const {
    long status = 0;
    curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<unsigned>(status);
  }
  bool read(std::string_view more) {
    if (visit != nullptr && status() == 200) {
      is_over = !(*visit)(more);
      return !is_over;
    }
    if (answer.body.size() + more.size() > kAnswerBytesMax) return false;
    answer.body += more;
    return true;
  }
};

// Returns less than it was given to end the transfer.
std::size_t read(char* bytes, std::size_t /*one*/, std::size_t count, void* reader) {
  return static_cast<Reader*>(reader)->read({bytes, count}) ? count : 0;
}

tl::unexpected<HttpFailure> failure_of(CURLcode code, const UrlServer& server,
                                       std::string_view reason) {
  const std::string why =
      " (" + std::string(reason.empty() ? curl_easy_strerror(code) : reason) + ")";
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return failure(Kind::refused, server.url + " shows a certificate that is not believed" + why +
                                        ": name the file of who vouches for it with --cacert");
    case CURLE_SSL_CACERT_BADFILE:
      return failure(Kind::refused, "'" + server.ca_file +
                                        "' holds no certificate that can be read" + why +
                                        ": name a PEM file with --cacert");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
      return failure(Kind::broken, "what answers on " + server.url + " is no stentord" + why);
    default:
      return failure(Kind::unreachable,
                     "no stentord answers on " + server.url + why +
                         ": start it, give it control.http, or name another with --url");
  }
}

void set_up(CURL* transfer, const UrlServer& server, base::Duration patience) {
  const auto set = [transfer](CURLoption option, auto value) {
    CHECK(curl_easy_setopt(transfer, option, value) == CURLE_OK);
  };
  const auto seconds = static_cast<long>(std::chrono::ceil<std::chrono::seconds>(patience).count());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CONNECTTIMEOUT, seconds);
  set(CURLOPT_WRITEFUNCTION, &read);
  if (!server.ca_file.empty()) set(CURLOPT_CAINFO, server.ca_file.c_str());
}

// Set up for what is not the question.
tl::expected<Owned<CURL>, HttpFailure> begin(const UrlServer& server, base::Duration patience) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK);
  if (std::string fault = fault_of(server.url); !fault.empty()) {
    return failure(Kind::refused, std::move(fault));
  }
  Owned<CURL> transfer(curl_easy_init());
  CHECK(transfer != nullptr);
  set_up(transfer.get(), server, patience);
  return transfer;
}

tl::expected<HttpAnswer, HttpFailure> perform(const UrlServer& server, std::string_view method,
                                              std::string_view target, Reader& reader) {
  const bool ends_in_slash = server.url.ends_with('/');
  const std::string url =
      server.url.substr(0, server.url.size() - (ends_in_slash ? 1 : 0)) + std::string(target);
  const Owned<curl_slist> headers(
      curl_slist_append(nullptr, ("Authorization: Bearer " + server.token).c_str()));
  const std::string verb(method);
  std::array<char, CURL_ERROR_SIZE> reason{};
  curl_easy_setopt(reader.transfer, CURLOPT_URL, url.c_str());
  curl_easy_setopt(reader.transfer, CURLOPT_CUSTOMREQUEST, verb.c_str());
  curl_easy_setopt(reader.transfer, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(reader.transfer, CURLOPT_WRITEDATA, &reader);
  curl_easy_setopt(reader.transfer, CURLOPT_ERRORBUFFER, reason.data());
  const CURLcode code = curl_easy_perform(reader.transfer);
  if (code != CURLE_OK && !reader.is_over) return failure_of(code, server, reason.data());
  reader.answer.status = reader.status();
  return std::move(reader.answer);
}

}  // namespace

tl::expected<HttpAnswer, HttpFailure> ask(const UrlServer& server, std::string_view method,
                                          std::string_view target, base::Duration patience) {
  const auto transfer = begin(server, patience);
  if (!transfer) return tl::unexpected(transfer.error());
  const auto seconds = static_cast<long>(std::chrono::ceil<std::chrono::seconds>(patience).count());
  // Less than a byte a second.
  curl_easy_setopt(transfer->get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(transfer->get(), CURLOPT_LOW_SPEED_TIME, seconds);
  Reader reader{.transfer = transfer->get(), .visit = nullptr};
  return perform(server, method, target, reader);
}

tl::expected<HttpAnswer, HttpFailure> follow(const UrlServer& server, std::string_view target,
                                             const Visit& visit) {
  constexpr base::Duration kPatience = std::chrono::seconds{10};
  const auto transfer = begin(server, kPatience);
  if (!transfer) return tl::unexpected(transfer.error());
  curl_easy_setopt(transfer->get(), CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(transfer->get(), CURLOPT_TCP_KEEPIDLE, 15L);
  curl_easy_setopt(transfer->get(), CURLOPT_TCP_KEEPINTVL, 5L);
  Reader reader{.transfer = transfer->get(), .visit = &visit};
  return perform(server, "GET", target, reader);
}

}  // namespace stentor::control
