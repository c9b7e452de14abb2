// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The control API: a path to what the appliance says of itself, as JSON, or to what it does when it
// is told to; /metrics as Prometheus has it. Whatever is wrong with a request is a sentence under
// "error", with the status that HTTP has for it.
//
// Thread: the API's, one request at a time. Lists come in pages: "next" is what to hand in as
// `after` to go on, null at the end. What a page costs is bounded, whatever is asked for; a list
// that changes meanwhile shows each row at most once.

#include <array>
#include <span>
#include <string_view>

#include "control/boot_session_table.h"
#include "control/capture_desk.h"
#include "control/event_log.h"
#include "control/http_message.h"
#include "control/lease_count.h"
#include "control/query.h"
#include "control/reload_desk.h"
#include "control/report.h"
#include "control/state_lock.h"
#include "control/transfer_list.h"

namespace stentor::control {

struct LeaseFilter;

class Api {
 public:
  // Rows of a page: as many as are asked for, these at the most, and these unless told.
  static constexpr std::uint64_t kRowsMax = 1000;
  static constexpr std::uint64_t kRows = 100;
  // Slots of the lease table that one request looks at; then the page ends, however few it has.
  static constexpr std::uint32_t kSlotsMax = std::uint32_t{1} << 20;
  // How long the control thread may keep a request waiting.
  static constexpr base::Duration kPatience = std::chrono::seconds{2};

  struct Parameter {
    std::string_view name;
    std::string_view expected;  // completes "expected ..."
    bool is_in_path = false;    // in place of {name}, at the path's end
  };
  // Of state, of dry-run, and of level.
  static constexpr std::string_view kDrainExpected =
      "on (what has begun goes on, and nothing begins) or off";
  static constexpr std::string_view kDryRunExpected =
      "true (nothing changes; the answer says what would) or false; absent: false";
  static constexpr std::string_view kLevelExpected = "error, warning, info or debug";
  // Of /v1/clients.
  static constexpr std::string_view kStageExpected =
      "asking, offered, told, refused, declined, elsewhere, bound, loading, failed, loaded or "
      "released; absent: all of them";
  static constexpr std::string_view kStuckExpected =
      "true (those alone that are stuck) or false; absent: false";
  static constexpr std::string_view kSilentExpected =
      "seconds without a sign of it, 1 to 86400, from which a machine is called stuck; absent: 30";
  // Of /v1/events and its history.
  static constexpr std::string_view kTypeExpected =
      "lease, transfer, boot, reload, port, alarm or host, or several of them with commas; absent: "
      "all";
  static constexpr std::string_view kEventAfterExpected =
      "the id of the event behind which to begin";
  static constexpr std::string_view kAfterExpected = "what the page before has as `next`";
  // Of /v1/transfers.
  static constexpr std::string_view kTransferExpected =
      "a client's address and port, like 10.20.0.7:2070, behind which the page begins";
  // Of /v1/capture.
  static constexpr std::uint64_t kCaptureFramesMax = 1'000'000'000;
  static constexpr std::uint64_t kCaptureSecondsMax = 86'400;
  static constexpr std::string_view kCapturePortExpected = "a UDP port, 1 to 65535; absent: any";
  static constexpr std::string_view kCaptureDropsExpected =
      "true (those alone that were dropped) or false; absent: false";
  static constexpr std::string_view kCaptureSnapExpected =
      "bytes of each frame, 1 to 16384; absent: all";
  static constexpr std::string_view kCaptureFramesExpected =
      "frames after which it ends, 1 to 1000000000; absent: it goes on";
  static constexpr std::string_view kCaptureSecondsExpected =
      "seconds after which it ends, 1 to 86400; absent: it goes on";
  // Of /v1/hosts/{mac}.
  static constexpr std::array<std::string_view, 7> kHostFields{
      "address", "hostname", "classes", "boot-file", "local", "boot-once", "boot-once-for"};
  static constexpr std::string_view kHostFieldsExpected =
      "address, hostname, classes, boot-file, local, boot-once and boot-once-for";
  struct Route {
    std::string_view method;  // with GET, HEAD goes too
    std::string_view path;
    std::string_view summary;
    std::span<const Parameter> parameters;
    HttpReply (Api::*answer)(const Query& query);
  };
  // All that there is: openapi.json, which is served too, is tested against it.
  static std::span<const Route> routes();

  // How long a machine that has not finished may show nothing before it is called stuck: longer
  // than firmware waits between two of its requests. `silent` asks for another time.
  static constexpr std::uint64_t kStuckSeconds = 30;
  static constexpr std::uint64_t kStuckSecondsMax = 86'400;

  Api(Report& report, StateLock& lock, ReloadDesk& reloads, const BootSessionTable& sessions,
      const TransferList& transfers, EventLog& events, CaptureDesk& captures)
      : report_(report),
        lock_(lock),
        reloads_(reloads),
        sessions_(sessions),
        transfers_(transfers),
        events_(events),
        captures_(captures),
        lease_counter_(report, lock) {}

  HttpReply answer(const HttpRequest& request);
  // The same, where figures alone are served.
  HttpReply answer_metrics(const HttpRequest& request);

 private:
  // By path, as routes() has them.
  HttpReply status(const Query& query);
  HttpReply drops(const Query& query);
  HttpReply workers(const Query& query);
  HttpReply ports(const Query& query);
  HttpReply leases(const Query& query);
  HttpReply release_lease(const Query& query);
  HttpReply hosts(const Query& query);
  HttpReply host(const Query& query);
  HttpReply put_host(const Query& query);
  HttpReply patch_host(const Query& query);
  HttpReply delete_host(const Query& query);
  HttpReply clients(const Query& query);
  HttpReply transfers(const Query& query);
  HttpReply events(const Query& query);
  HttpReply event_history(const Query& query);
  HttpReply capture(const Query& query);
  HttpReply images(const Query& query);
  HttpReply config(const Query& query);
  HttpReply reload(const Query& query);
  HttpReply drain(const Query& query);
  HttpReply log_level(const Query& query);
  HttpReply set_log_level(const Query& query);
  HttpReply metrics(const Query& query);
  HttpReply description(const Query& query);

  // Under the lock, and with it; nullopt: the control thread has no time.
  static Vocabulary vocabulary_of(const Report& report);
  // As sightings count them, to be called so.
  static std::vector<std::string> networks_of(const Report& report);
  std::optional<Vocabulary> vocabulary();
  HttpReply answer_route(HttpRequest request, const Route& route);
  // A page of the table, and of one machine; nullopt: the control thread has no time.
  struct LeasePage;
  std::optional<LeasePage> walk_leases(const LeaseFilter& filter, base::Time now);
  std::optional<LeasePage> leases_of(const wire::MacAddress& mac, const LeaseFilter& filter,
                                     base::Time now);

  // Whether fields that are not named stay as they are.
  enum class Known : std::uint8_t { kept, dropped };
  HttpReply change_host(const Query& query, Known known);
  HttpReply set_host(const config::RunTimeHost& host, HttpReply done);

  Report& report_;
  StateLock& lock_;
  ReloadDesk& reloads_;
  const BootSessionTable& sessions_;
  const TransferList& transfers_;
  EventLog& events_;
  CaptureDesk& captures_;
  LeaseCounter lease_counter_;
  // Of the generation with this number, by path: sorted once for all of its pages.
  std::uint64_t sorted_number_ = 0;
  std::vector<const image::Image*> sorted_;
};

}  // namespace stentor::control
