//! Real-time priority for the thread that feeds the device.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Below the sound server's own threads (5) and everything of the kernel's.
const PRIORITY: u8 = 4;

/// Lets this thread go before all that is not real-time, where the system
/// allows it (`RLIMIT_RTPRIO`). Returns whether it does.
pub(super) fn raise() -> bool {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority = ThreadPriorityValue::try_from(PRIORITY).map(ThreadPriority::Crossplatform);
    let raised = priority.is_ok_and(|priority| {
        set_thread_priority_and_policy(thread_native_id(), priority, policy).is_ok()
    });
    tracing::info!(
        raised,
        "real-time priority for the thread that feeds the device"
    );
    raised
}
