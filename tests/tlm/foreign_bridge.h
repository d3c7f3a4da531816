// The example of tlm_sockets/README.md, word for word: masters whose StreamID rides in the extension
// of another library.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tlm_sockets/stream_extension.h"

namespace smmu::test {

/// What another library puts on its payloads.
class ForeignExtension final : public tlm::tlm_extension<ForeignExtension> {
public:
    uint64_t requester = 0;
    bool secure = true;

    tlm::tlm_extension_base* clone() const override { return new ForeignExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const ForeignExtension&>(other);
    }
};

class ForeignBridge : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<ForeignBridge> from_master{"from_master"};
    tlm_utils::simple_initiator_socket<ForeignBridge> to_tbu{"to_tbu"};

    explicit ForeignBridge(sc_core::sc_module_name name) : sc_module(name) {
        from_master.register_b_transport(this, &ForeignBridge::b_transport);
        from_master.register_transport_dbg(this, &ForeignBridge::transport_dbg);
        from_master.register_get_direct_mem_ptr(this, &ForeignBridge::get_direct_mem_ptr);
        to_tbu.register_invalidate_direct_mem_ptr(this, &ForeignBridge::invalidate);
    }

private:
    static StreamIn identity(const tlm::tlm_generic_payload& p) {
        StreamIn in;
        if (const auto* const foreign = p.get_extension<ForeignExtension>())
            in.stream = arch::StreamId{static_cast<uint32_t>(foreign->requester)};
        return in;  // each field that is not set here keeps the default of the table above
    }
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t) {
        StreamExtension stream(identity(p));
        p.set_extension(&stream);
        to_tbu->b_transport(p, t);
        p.clear_extension(&stream);  // it lies on this stack: it must not travel back
    }
    unsigned transport_dbg(tlm::tlm_generic_payload& p) {
        StreamExtension stream(identity(p));
        p.set_extension(&stream);
        const unsigned moved = to_tbu->transport_dbg(p);
        p.clear_extension(&stream);
        return moved;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
        StreamExtension stream(identity(p));
        p.set_extension(&stream);
        const bool granted = to_tbu->get_direct_mem_ptr(p, dmi);
        p.clear_extension(&stream);
        return granted;
    }
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
        from_master->invalidate_direct_mem_ptr(first, last);
    }
};

}  // namespace smmu::test
