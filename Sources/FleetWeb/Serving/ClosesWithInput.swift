import NIOCore

/// Closes a connection when its client has closed it: otherwise it would be kept until something is written, and a
/// download that counts a hole writes nothing.
final class ClosesWithInput: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
