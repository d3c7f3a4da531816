// The part of QEMU's machine protocol (QMP) that its test library cannot do without.  Pure: bytes
// in, bytes out.
#pragma once
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace smmu::platform::remote {

class Qmp {
public:
    /// What the server says first.
    static std::string greeting();

    /// Takes what came in, whole commands or parts; returns the answers, one line each.  Known:
    /// qmp_capabilities, query-machines, quit.  What is wrong is answered with a QMP error.
    std::string feed(std::string_view bytes);

    bool quit() const { return quit_; }  ///< the client asked for the end

private:
    std::string answer(const boost::json::value& message);
    boost::json::object execute(const boost::json::object& command);

    boost::json::stream_parser parser_;
    size_t taken_ = 0;       ///< bytes of the message that is being parsed
    bool skipping_ = false;  ///< up to the end of a line that is no JSON
    bool negotiated_ = false;
    bool quit_ = false;
};

}  // namespace smmu::platform::remote
