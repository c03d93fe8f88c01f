import Hummingbird
import Mustache
import AsyncHTTPClient
import Foundation

/// What JupyterHub tells a service of it, by the variables that it sets.
package struct HomeServiceEnvironment: Sendable, Equatable {
}
