-- The five queries of the original schema, as they are written there.

-- report: campaign_results
-- Stats generales de una campaña
SELECT
    c.id,
    c.name,
    c.status,
    c.total_recipients,
    COUNT(CASE WHEN cr.status = 'sent' THEN 1 END) AS sent,
    COUNT(CASE WHEN cr.status = 'delivered' THEN 1 END) AS delivered,
    COUNT(CASE WHEN cr.status = 'failed' THEN 1 END) AS failed,
    COUNT(CASE WHEN cr.status = 'skipped' THEN 1 END) AS skipped,
    ROUND(100.0 * COUNT(CASE WHEN cr.status = 'sent' THEN 1 END) /
          NULLIF(c.total_recipients, 0), 2) AS delivery_rate_pct
FROM campaigns c
LEFT JOIN campaign_recipients cr ON c.id = cr.campaign_id
WHERE c.id = 1 -- Campaign ID
GROUP BY c.id, c.name, c.status, c.total_recipients;

-- report: responders
-- Contactos que enviaron mensaje después de recibir campaña
SELECT
    c.phone,
    c.name,
    c.status,
    v.make || ' ' || v.model || ' ' || v.year AS vehicle,
    COUNT(m.id) AS inbound_count,
    MAX(m.created_at) AS last_message_at
FROM contacts c
LEFT JOIN vehicles v ON c.id = v.contact_id
INNER JOIN messages m ON c.id = m.contact_id
WHERE c.status = 'active' -- Solo contactos activos
  AND m.direction = 'inbound'
  AND m.created_at >= date('now', '-7 days')
GROUP BY c.phone, c.name, c.status, vehicle
ORDER BY inbound_count DESC
LIMIT 20;

-- report: opt_outs
-- Contactos que han solicitado BAJA
SELECT
    o.phone,
    c.name,
    c.status, -- Debe ser 'opted_out'
    o.opted_out_at,
    o.reason
FROM opt_outs o
LEFT JOIN contacts c ON o.phone = c.phone
ORDER BY o.opted_out_at DESC;

-- report: leads_by_model
-- Distribución de vehículos por marca y modelo (solo activos)
SELECT
    v.make,
    v.model,
    COUNT(DISTINCT v.id) AS vehicle_count,
    COUNT(DISTINCT c.id) AS contact_count,
    ROUND(AVG(v.price), 0) AS avg_price,
    MIN(v.year) AS oldest_year,
    MAX(v.year) AS newest_year
FROM vehicles v
INNER JOIN contacts c ON v.contact_id = c.id
WHERE c.status = 'active' -- Solo contactos activos
  AND v.created_at >= date('now', '-90 days')
GROUP BY v.make, v.model
ORDER BY vehicle_count DESC
LIMIT 15;

-- report: daily_activity
-- Volumen de mensajes por día (últimos 30 días)
SELECT
    date(created_at) AS date,
    direction,
    COUNT(*) AS message_count
FROM messages
WHERE created_at >= date('now', '-30 days')
GROUP BY date(created_at), direction
ORDER BY date DESC;
