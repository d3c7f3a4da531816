// QMP by Boost.JSON.  A command is complete with its closing brace: clients need not send a newline.
#include "platform/remote/qmp.h"

#include <boost/json.hpp>

namespace smmu::platform::remote {
namespace {

namespace json = boost::json;

constexpr size_t max_message = 1 << 20;

json::object error(const char* kind, const std::string& text) {
    return {{"error", {{"class", kind}, {"desc", text}}}};
}
json::object generic_error(const std::string& text) { return error("GenericError", text); }

std::string line(const json::object& message) { return json::serialize(message) + "\r\n"; }

}  // namespace

std::string Qmp::greeting() {
    const json::object version{{"micro", 0}, {"minor", 1}, {"major", 11}};
    return line(
        {{"QMP",
          {{"version", {{"qemu", version}, {"package", ""}}}, {"capabilities", json::array{}}}}});
}

std::string Qmp::feed(std::string_view bytes) {
    std::string out;
    while (!bytes.empty() && !quit_) {
        if (skipping_) {
            const size_t end = bytes.find('\n');
            if (end == bytes.npos) break;
            bytes.remove_prefix(end + 1);
            skipping_ = false;
            continue;
        }
        boost::system::error_code bad;
        const size_t taken = parser_.write_some(bytes.data(), bytes.size(), bad);
        taken_ += taken;
        if (bad || taken_ > max_message) {
            out += line(generic_error(taken_ > max_message ? "the command is too long"
                                                           : "Invalid JSON syntax"));
            skipping_ = true;
        } else {
            bytes.remove_prefix(taken);
            if (!parser_.done()) continue;
            out += answer(parser_.release());
        }
        parser_.reset();
        taken_ = 0;
    }
    return out;
}

std::string Qmp::answer(const json::value& message) {
    const json::object* const command = message.if_object();
    if (!command) return line(generic_error("QMP input must be a JSON object"));
    json::object reply = execute(*command);
    if (const json::value* const id = command->if_contains("id")) reply["id"] = *id;
    return line(reply);
}

json::object Qmp::execute(const json::object& command) {
    const json::value* const name = command.if_contains("execute");
    if (!name) return generic_error("QMP input lacks member 'execute'");
    if (!name->is_string()) return generic_error("QMP input member 'execute' must be a string");
    const json::string& asked = name->get_string();

    if (asked == "qmp_capabilities") {
        if (negotiated_)
            return error("CommandNotFound",
                         "Capabilities negotiation is already complete, command ignored");
        negotiated_ = true;
        return {{"return", json::object{}}};
    }
    if (!negotiated_)
        return error("CommandNotFound",
                     "Expecting capabilities negotiation with 'qmp_capabilities'");
    if (asked == "query-machines")
        return {{"return", json::array{json::object{{"name", "virt"}, {"cpu-max", 1}}}}};
    if (asked == "quit") {
        quit_ = true;
        return {{"return", json::object{}}};
    }
    return error("CommandNotFound", "The command " + std::string(asked) + " has not been found");
}

}  // namespace smmu::platform::remote
